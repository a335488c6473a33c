/** Work that meets other work on its way: many at once, together red, and a branch that others move meanwhile. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const EIGHT = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
const SCENARIO = scenarioOf([
  ...EIGHT.map((name) => agentScript(`Write ${name}`).writes(`${name}.txt`, `${name}\n`).finishes()),
  agentScript("Turn left").writes("left.txt", "left\n").finishes(),
  agentScript("Turn right").writes("right.txt", "right\n").finishes(),
]);
/** Its one gate is red when there are both, and takes its time. */
const EITHER = {
  "package.json": `${JSON.stringify({ name: "either", type: "module", scripts: { lint: "node check.mjs" } }, null, 2)}\n`,
  "check.mjs": [
    'import { existsSync } from "node:fs";',
    'if (existsSync("left.txt") && existsSync("right.txt")) throw new Error("left and right at once");',
    'if (existsSync("one.txt")) await new Promise((resolve) => setTimeout(resolve, 3000));',
    "",
  ].join("\n"),
};
const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--json"];

interface Report {
  readonly tasks: readonly {
    readonly title: string;
    readonly state: string;
    readonly landed: {
      readonly commit: string;
      readonly tree: string;
      readonly inGit: boolean | null;
      readonly receipts: readonly { readonly gate: string; readonly result: string }[];
    } | null;
  }[];
}

describe("work that comes together", () => {
  const keep = keepProjects();
  const start = async (files: typeof QUICK, ...titles: readonly string[]): Promise<Project> => {
    const project = keep(await makeProject(files, SCENARIO));
    await addTasks(project.rig, titles);
    return project;
  };
  const reportOf = async (project: Project): Promise<Report> =>
    dataOf<Report>(await project.conductor("report", "--json"));
  /** Each commit that landed has the tree that its receipts judged, and nothing that was made is lost. */
  const proveLanded = async (project: Project, count: number): Promise<void> => {
    const landed = (await reportOf(project)).tasks.flatMap((task) => task.landed ?? []);
    expect(landed).toHaveLength(count);
    for (const { commit, tree, inGit, receipts } of landed) {
      expect(project.git("rev-parse", `${commit}^{tree}`)).toBe(tree);
      expect(inGit).toBe(true);
      expect(receipts.map(({ gate, result }) => `${gate} ${result}`)).toContain("lint pass");
    }
    const audit = await project.conductor("audit", "work", "--json");
    expect(audit.code, audit.stdout + audit.stderr).toBe(0);
  };

  it("lands eight that finish at once one after the other, each on what landed before it", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await start(QUICK, ...EIGHT.map((name) => `Write ${name}`));
    const ran = await project.conductor(...RUN, "--concurrency", "8");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(project.git("rev-list", "--count", "--first-parent", "main..conductor/main")).toBe("8");
    expect(project.git("ls-tree", "--name-only", "conductor/main").split("\n")).toEqual(
      expect.arrayContaining(EIGHT.map((name) => `${name}.txt`)),
    );
    await proveLanded(project, 8);
  });

  it("lands one of two that are green alone and red together, and keeps the other", async () => {
    const project = await start(EITHER, "Turn left", "Turn right");
    expect((await project.conductor("config", "set", "orchestration.safety.max_attempts", "2")).code).toBe(0);
    const ran = await project.conductor(...RUN, "--concurrency", "2");
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    const states = (await reportOf(project)).tasks.map(({ state }) => state);
    expect(states.toSorted()).toEqual(["failed", "landed"]);
    await proveLanded(project, 1);
    const kept = project.git("for-each-ref", "--format=%(refname)", "refs/conductor/work", "refs/conductor/salvage");
    expect(kept.split("\n").length).toBeGreaterThanOrEqual(2);
  }, 400_000);

  it("judges anew what others pushed while gates ran, and lands on top of it", async () => {
    const project = await start(EITHER, "Write one");
    const { git, rig } = project;
    const child = rig.start("conductor", RUN.slice(0, -1));
    child.stdin!.end();
    let said = "";
    const end = ended(child);
    const gating = new Promise<void>((resolve) => {
      child.stdout!.on("data", (chunk: string) => {
        said += chunk;
        if (said.includes("gating TASK-001")) resolve();
      });
    });
    await Promise.race([gating, end]);
    git("clone", "--quiet", "--branch", "conductor/main", rig.dir, `${rig.env.HOME}/colleague`);
    const colleague = (...args: readonly string[]): string => git("-C", `${rig.env.HOME}/colleague`, ...args);
    writeFileSync(join(rig.env.HOME!, "colleague/theirs.txt"), "theirs\n");
    colleague("add", "theirs.txt");
    colleague("-c", "user.name=C", "-c", "user.email=c@example.invalid", "commit", "--quiet", "-m", "theirs");
    colleague("push", "--quiet", "origin", "HEAD:conductor/main");
    const theirs = colleague("rev-parse", "HEAD");
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("log", "--format=%H", "--first-parent", "main..conductor/main").split("\n")).toContain(theirs);
    expect(["one", "theirs"].map((name) => git("show", `conductor/main:${name}.txt`))).toEqual(["one", "theirs"]);
    await proveLanded(project, 1);
  }, 400_000);
});
