/** Work that does not merge by itself: lockfiles that are made anew, and conflicts that an agent has settled before. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { eachCase } from "../each-case.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";
import { leftovers } from "./quick-project.ts";

const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--concurrency", "2", "--json"];
const RESUME = ["orchestrate", "resume", "--allow-unsandboxed", "--budget", "1", "--json"];

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const ranges = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "^1.0.0"]));
const manifest = (deps: readonly string[], dev: readonly string[]): string =>
  text({
    name: "app",
    version: "1.0.0",
    ...(deps.length > 0 ? { dependencies: ranges(deps) } : {}),
    type: "module",
    scripts: { lint: "node check.mjs" },
    license: "MIT",
    ...(dev.length > 0 ? { devDependencies: ranges(dev) } : {}),
  });
const lockfile = (deps: readonly string[], dev: readonly string[]): string => {
  const entry = (name: string, more: object) => [
    `node_modules/${name}`,
    { version: "1.0.1", integrity: `sha512-${name[0]!.repeat(86)}==`, ...more, license: "MIT" },
  ];
  const wanted = {
    ...(deps.length > 0 ? { dependencies: ranges(deps) } : {}),
    license: "MIT",
    ...(dev.length > 0 ? { devDependencies: ranges(dev) } : {}),
  };
  const packages = Object.fromEntries([
    ["", { name: "app", version: "1.0.0", ...wanted }],
    ...deps.map((name) => entry(name, {})),
    ...dev.map((name) => entry(name, { dev: true })),
  ]);
  return text({ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages });
};
const filesFor = (deps: readonly string[], dev: readonly string[]) => ({
  "package.json": manifest(deps, dev),
  "package-lock.json": lockfile(deps, dev),
});
/** Its one gate is red where the lockfile is not the manifest's. */
const LOCKED = {
  ...filesFor([], []),
  ".gitattributes": "package-lock.json merge=planted filter=planted\n",
  "check.mjs": [
    'import { readFileSync } from "node:fs";',
    'const wanted = JSON.parse(readFileSync("package.json", "utf8"));',
    'const lock = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;',
    "for (const name of Object.keys({ ...wanted.dependencies, ...wanted.devDependencies }))",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is for the script.
    "  if (!lock[`node_modules/${name}`]) throw new Error(`${name} is not locked`);",
    "",
  ].join("\n"),
};
const adds = (title: string, deps: readonly string[], dev: readonly string[]) => {
  const files = filesFor(deps, dev);
  return agentScript(title)
    .writes("package.json", files["package.json"])
    .writes("package-lock.json", files["package-lock.json"])
    .finishes();
};
const SCENARIO = scenarioOf([
  adds("Use left", ["left"], []),
  adds("Use zeta", [], ["zeta"]),
  adds("Use right", ["right"], []),
  agentScript("Turn left")
    .writes("way.txt", "from\nleft\nto\n")
    .finishes()
    .onRework()
    .writes("way.txt", "from\nleft, then right\nto\n")
    .finishes(),
  agentScript("Turn right")
    .writes("way.txt", "from\nright\nto\n")
    .finishes()
    .onRework()
    .writes("way.txt", "from\nleft, then right\nto\n")
    .finishes(),
]);

interface Report {
  readonly tasks: readonly {
    readonly id: string;
    readonly state: string;
    readonly conflicts: readonly { readonly rung: string; readonly outcome: string; readonly detail: string }[];
    readonly landed: { readonly receipts: readonly { readonly result: string }[] } | null;
  }[];
}
const reportOf = async ({ conductor }: Project): Promise<Report> => dataOf<Report>(await conductor("report", "--json"));
const rungsOf = (report: Report): readonly string[] =>
  report.tasks.flatMap(({ conflicts }) => conflicts.map(({ rung, outcome }) => `${rung} ${outcome}`));
/** How often an agent was given the task. */
const assignmentsOf = async ({ conductor }: Project, id: string): Promise<number> => {
  const events = dataOf<readonly { readonly type: string; readonly kind?: string }[]>(
    await conductor("log", id, "--json"),
  );
  return events.filter(({ type, kind }) => type === "interaction" && kind === "assignment").length;
};
const proveWhole = async ({ git, rig }: Project, count: number): Promise<void> => {
  expect(git("rev-list", "--count", "main..conductor/main")).toBe(String(count));
  expect(git("fsck", "--no-dangling")).toBe("");
  expect(existsSync(join(rig.dir, ".git/rr-cache"))).toBe(false);
  expect(leftovers(rig.env.HOME!)).toEqual([]);
};

describe("two tasks that change package.json and its lockfile", () => {
  const keep = keepProjects();
  /** Both are done and approved, and neither has landed. */
  const approved = async (second = "Use zeta"): Promise<Project> => {
    const project = keep(await makeProject(LOCKED, SCENARIO));
    const canary = join(project.rig.env.HOME!, "canary");
    for (const [key, command] of [
      ["merge.planted.driver", `touch ${canary}; true`],
      ["filter.planted.clean", `touch ${canary}; cat`],
      ["filter.planted.smudge", `touch ${canary}; cat`],
    ] as const)
      project.git("config", key, command);
    await addTasks(project.rig, ["Use left", second]);
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    for (const id of ["A1", "A2"]) expect((await project.conductor("approve", id)).code).toBe(0);
    rmSync(canary, { force: true });
    return project;
  };
  const proveBoth = async (project: Project): Promise<void> => {
    const { git, rig, conductor } = project;
    const lock = JSON.parse(git("show", "conductor/main:package-lock.json"));
    expect(lock.packages[""]).toMatchObject({ dependencies: { left: "^1.0.0" }, devDependencies: { zeta: "^1.0.0" } });
    expect(Object.keys(lock.packages)).toEqual(["", "node_modules/left", "node_modules/zeta"]);
    expect(git("log", "-1", "--format=%(trailers:key=Resolved)", "conductor/main")).toBe(
      "Resolved: package-lock.json: npm install --package-lock-only",
    );
    const report = await reportOf(project);
    expect(report.tasks.map(({ state }) => state)).toEqual(["landed", "landed"]);
    for (const task of report.tasks) expect(await assignmentsOf(project, task.id)).toBe(1);
    expect(new Set(rungsOf(report))).toEqual(new Set(["lockfiles settled"]));
    expect(report.tasks.every(({ landed }) => landed!.receipts.length > 0)).toBe(true);
    const { id } = report.tasks.find(({ conflicts }) => conflicts.length > 0)!;
    expect((await conductor("log", id)).stdout).toContain(
      `conflict ${id} rung=lockfiles settled in="package-lock.json" "npm install --package-lock-only"`,
    );
    expect((await conductor("report")).stdout).toContain("1 met: 1 by new lockfiles");
    expect(existsSync(join(rig.env.HOME!, "canary"))).toBe(false);
    await proveWhole(project, 2);
  };

  it("both land, with a lockfile that was made anew, and no agent is asked again", async () => {
    const project = await approved();
    const ran = await project.conductor(...RESUME);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    await proveBoth(project);
  }, 400_000);

  it("both land where they conflict in package.json too, but in other keys of it", async () => {
    const project = await approved("Use right");
    const ran = await project.conductor(...RESUME);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const [json, lock] = ["package.json", "package-lock.json"].map((path) =>
      JSON.parse(project.git("show", `conductor/main:${path}`)),
    );
    expect(json.dependencies).toEqual({ left: "^1.0.0", right: "^1.0.0" });
    expect(Object.keys(lock.packages)).toEqual(["", "node_modules/left", "node_modules/right"]);
    expect(project.git("log", "-1", "--format=%(trailers:key=Resolved)", "conductor/main")).toBe(
      "Resolved: package-lock.json, package.json: package.json key by key, npm install --package-lock-only",
    );
    expect(new Set(rungsOf(await reportOf(project)))).toEqual(new Set(["lockfiles settled"]));
    await proveWhole(project, 2);
  }, 400_000);

  it("go on to the same when the end comes between the new lockfile and the landing", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await approved();
    const died = await project.rig.run("conductor", RESUME, { env: { CONDUCTOR_FAIL_AT: "after-rung" } });
    expect(died.code, died.stdout + died.stderr).toBe(137);
    const ran = await project.conductor(...RESUME);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    await proveBoth(project);
  });
});

const DISTURBED: readonly (readonly [when: string, points: readonly string[]])[] = [
  ["nobody disturbs it", []],
  [
    "the end comes before what landed is noted, and before what was settled lands",
    ["after-update-ref:2", "after-rung"],
  ],
];

describe("the same conflict twice", () => {
  const keep = keepProjects();

  eachCase(DISTURBED, (_, at) => at === 0)(
    "takes an agent once; then it is settled as it landed, where %s",
    async (_, points) => {
      const project = keep(await makeProject({ ...QUICK, "way.txt": "from\nhere\nto\n" }, SCENARIO));
      const { conductor, git, rig } = project;
      await addTasks(rig, ["Turn left", "Turn right"]);
      const runOn = async (point: string | undefined): Promise<void> => {
        if (point !== undefined) {
          const died = await rig.run("conductor", RUN, { env: { CONDUCTOR_FAIL_AT: point } });
          expect(died.code, died.stdout + died.stderr).toBe(137);
        }
        const ran = await conductor(...(point === undefined ? RUN : RESUME));
        expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      };
      await runOn(points[0]);
      expect(rungsOf(await reportOf(project))).toEqual(["recorded passed", "agent handed"]);
      const tree = git("rev-parse", "conductor/main^{tree}");
      await proveWhole(project, 2);

      // What landed is thrown away, and the same is wanted again.
      git("branch", "--quiet", "-D", "conductor/main");
      await addTasks(rig, ["Turn left", "Turn right"]);
      await runOn(points[1]);
      expect(git("rev-parse", "conductor/main^{tree}")).toBe(tree);
      expect(git("log", "-1", "--format=%(trailers:key=Resolved)", "conductor/main")).toMatch(
        /^Resolved: way\.txt: as in TASK-00[12] \([0-9a-f]{7}\)$/,
      );
      const again = (await reportOf(project)).tasks.filter(({ id }) => id === "TASK-003" || id === "TASK-004");
      expect(again.map(({ state }) => state)).toEqual(["landed", "landed"]);
      expect(again.flatMap(({ conflicts }) => conflicts.map(({ outcome }) => outcome))).not.toContain("handed");
      for (const { id } of again) expect(await assignmentsOf(project, id)).toBe(1);
      await proveWhole(project, 2);
    },
    400_000,
  );
});
