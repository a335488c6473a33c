import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";
import { RUN } from "./quick-project.ts";

const SCENARIO = scenarioOf([
  agentScript("Make alpha").writes("alpha.js", "export const alpha = 1;\n").finishes(),
  agentScript("Make beta").writes("beta.js", "export const beta = 2;\n").finishes(),
]);

interface Cleaned {
  readonly removed: readonly {
    readonly kind: string;
    readonly path: string;
    readonly files: number;
    readonly bytes: number;
  }[];
  readonly kept: readonly { readonly path: string; readonly why: string }[];
  readonly freedBytes: number;
  readonly driven: boolean;
}

/** What was this project's: beside it, other tests leave sockets of conductors that they kill. */
const ownOf = ({ rig }: Project, { removed }: Cleaned): Cleaned["removed"] =>
  removed.filter(({ path }) => path.startsWith(rig.env.HOME!));

const DAY = 86_400_000;

describe("conductor clean and du", () => {
  const keep = keepProjects();

  async function ran(titles: readonly string[]): Promise<Project & { readonly state: string }> {
    const project = keep(await makeProject(QUICK, SCENARIO));
    await addTasks(project.rig, titles);
    const run = await project.conductor(...RUN);
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const uses = dataOf<readonly { what: string; path: string }[]>(await project.conductor("du", "--json"));
    return { ...project, state: uses.find(({ what }) => what === "other")!.path };
  }
  /** As if it had been written so long ago. */
  function age(dir: string, days: number): readonly string[] {
    const at = new Date(Date.now() - days * DAY);
    const names = readdirSync(dir);
    for (const name of names) utimesSync(join(dir, name), at, at);
    return names;
  }
  const audit = async ({ conductor }: Project): Promise<void> => {
    const said = await conductor("audit", "work", "--json");
    expect(said.code, said.stdout).toBe(0);
    expect(dataOf<readonly { kept: boolean }[]>(said).every((one) => one.kept)).toBe(true);
  };

  it("lists what lies where, and frees what is past its time and nothing else", async () => {
    const project = await ran(["Make alpha"]);
    const { conductor, state } = project;
    const uses = dataOf<readonly { what: string; files: number; bytes: number; frees: string | null }[]>(
      await conductor("du", "--json"),
    );
    expect(uses.find(({ what }) => what === "gate logs")).toMatchObject({
      frees: expect.stringContaining("conductor clean"),
    });
    expect(uses.find(({ what }) => what === "journal, plans")!.bytes).toBeGreaterThan(0);

    expect(ownOf(project, dataOf<Cleaned>(await conductor("clean", "--json")))).toEqual([]);
    const [transcripts, logs] = [age(join(state, "transcripts"), 40), age(join(state, "logs"), 40)];
    expect([transcripts.length, logs.length].every((count) => count > 0)).toBe(true);
    const dry = dataOf<Cleaned>(await conductor("clean", "--dry-run", "--json"));
    const old = ownOf(project, dry);
    expect(old.map(({ kind }) => kind)).toEqual(["transcripts"]);
    expect(readdirSync(join(state, "transcripts"))).toEqual(transcripts);
    const cleaned = dataOf<Cleaned>(await conductor("clean", "--json"));
    expect(ownOf(project, cleaned)).toEqual(old);
    expect(cleaned.freedBytes).toBe(cleaned.removed.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(readdirSync(join(state, "transcripts"))).toEqual([]);
    expect(readdirSync(join(state, "logs"))).toEqual(logs);
    const said = await conductor("clean", "--older-than", "7d");
    expect(said.stdout).toMatch(/Freed .*\n.*log.* of .*gate/);
    expect(readdirSync(join(state, "logs"))).toEqual([]);
    await audit(project);
    expect((await conductor("log", "TASK-001", "--raw")).stderr).toContain("kept no longer");
    expect((await conductor("report")).code).toBe(0);
  }, 400_000);

  it("frees at the end of a run what earlier ones have kept for long enough", async () => {
    const project = await ran(["Make alpha"]);
    const { conductor, rig, state } = project;
    const old = age(join(state, "transcripts"), 40);
    await rig.data("add", "Make beta");
    expect((await conductor(...RUN)).code).toBe(0);
    expect(readdirSync(join(state, "transcripts")).filter((name) => old.includes(name))).toEqual([]);
    expect(readdirSync(join(state, "transcripts")).length).toBeGreaterThan(0);
  }, 400_000);

  it("saves a clone before it goes, and leaves one that a session can go on with or that nobody knows", async () => {
    const project = await ran(["Make beta"]);
    const { conductor, git, rig, state } = project;
    await rig.data("add", "Make alpha");
    const killed = await rig.run("conductor", RUN, { env: { CONDUCTOR_FAIL_AT: "after-spawn" } });
    expect(killed.code).toBe(137);
    const attempts = join(state, "attempts");
    const [clone] = readdirSync(attempts);
    const first = dataOf<Cleaned>(await conductor("clean", "--older-than", "1d", "--json"));
    expect(first.kept).toEqual([
      { path: join(attempts, clone!), why: "run-2 can go on with it: conductor resume run-2" },
    ]);
    cpSync(join(attempts, clone!), join(state, "kept-clone"), { recursive: true, verbatimSymlinks: true });
    const resumed = await conductor("resume", "--allow-unsandboxed", "--budget", "1", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(existsSync(join(attempts, clone!))).toBe(false);

    // What an ended attempt has left all the same, with a file that is nowhere else.
    cpSync(join(state, "kept-clone"), join(attempts, clone!), { recursive: true, verbatimSymlinks: true });
    rmSync(join(state, "kept-clone"), { recursive: true });
    writeFileSync(join(attempts, clone!, "tree", "only-here.txt"), "do not lose me\n");
    mkdirSync(join(attempts, "somebody-elses"));
    const cleaned = dataOf<Cleaned>(await conductor("clean", "--json"));
    expect(cleaned.removed.map(({ kind }) => kind)).toContain("clones");
    expect(cleaned.kept).toEqual([{ path: join(attempts, "somebody-elses"), why: "the journal knows nothing of it" }]);
    expect(readdirSync(attempts)).toEqual(["somebody-elses"]);
    const saved = git("for-each-ref", "--format=%(refname)", "refs/conductor/salvage/").split("\n");
    expect(saved.map((ref) => git("ls-tree", "--name-only", ref)).join("\n")).toContain("only-here.txt");
    await audit(project);
    expect(git("fsck", "--no-dangling")).toBe("");
  }, 400_000);

  it("beside a run touches nothing that it uses, undo waits its turn, and what a kill has left goes", async () => {
    const hangs = scenarioOf([
      agentScript("Make alpha").writes("alpha.js", "export const alpha = 1;\n").finishes(),
      agentScript("Make beta").writes("beta.js", "export const beta = 2;\n").hangs(),
    ]);
    const project = keep(await makeProject(QUICK, hangs));
    const { rig, git } = project;
    await addTasks(rig, ["Make alpha", { title: "Make beta", after: "Make alpha" }]);
    const tmp = join(rig.env.HOME!, "tmp");
    mkdirSync(tmp);
    const env = { TMPDIR: tmp };
    const conductor = (...args: readonly string[]) => rig.run("conductor", args, { env });
    const child = rig.start("conductor", RUN, { env });
    child.stdin!.end();
    const end = ended(child);
    const log = async () => (await conductor("log", "TASK-002")).stdout;
    await expect.poll(log, { timeout: 60_000, interval: 300 }).toContain("running");
    const tip = git("rev-parse", "conductor/main");

    const uses = dataOf<readonly { what: string; path: string }[]>(await conductor("du", "--json"));
    const state = uses.find(({ what }) => what === "other")!.path;
    for (const place of ["transcripts", "traces", "logs", "attempts"])
      if (existsSync(join(state, place))) age(join(state, place), 400);
    const there = (): readonly string[] => [
      ...readdirSync(state, { recursive: true, encoding: "utf8" })
        .filter((path) => /^(transcripts|traces|logs|attempts|checkouts|setup)\//.test(path))
        .map((path) => join(state, path)),
      ...readdirSync(tmp).map((path) => join(tmp, path)),
    ];
    const before = there();
    expect(before.filter((path) => path.includes("/attempts/")).length).toBeGreaterThan(1);
    expect(readdirSync(tmp).some((name) => name.startsWith("c-"))).toBe(true);
    const cleaned = dataOf<Cleaned>(await conductor("clean", "--older-than", "1d", "--json"));
    expect(cleaned).toMatchObject({ driven: true, kept: [{ why: "a run goes on" }] });
    // Other suites may leave some in /tmp, which is everybody's.
    expect(ownOf(project, cleaned)).toEqual([]);
    expect(before.filter((path) => !existsSync(path))).toEqual([]);

    // Whatever else is missing, that comes first.
    for (const typed of [["run"], ["resume"], ["run", "--detach"], ["start"]])
      expect(JSON.parse((await conductor(...typed, "--json")).stdout).error, typed.join(" ")).toMatchObject({
        code: "SESSION_ACTIVE",
        hint: expect.stringContaining("conductor status"),
      });
    expect((await conductor("resume", "--add", "1")).stdout).toContain("run-1 may spend $2.00 in all now");
    const undone = await conductor("undo", "TASK-001", "--yes", "--allow-unsandboxed", "--json");
    expect(undone.code, undone.stdout).toBe(8);
    expect(JSON.parse(undone.stdout).error).toMatchObject({
      code: "SESSION_ACTIVE",
      hint: expect.stringContaining("conductor stop"),
    });
    expect((await conductor("undo", "TASK-001", "--dry-run")).stdout).toContain("1 landed task would be taken back");
    expect(git("rev-parse", "conductor/main")).toBe(tip);
    expect(await rig.data("show", "TASK-001")).toMatchObject({ status: "done" });

    child.kill("SIGKILL");
    await end;
    const left = readdirSync(tmp).filter((name) => name.startsWith("c-"));
    expect(left).toHaveLength(1);
    const after = dataOf<Cleaned>(await conductor("clean", "--json"));
    expect(after.removed.filter(({ kind }) => kind === "sockets").map(({ path }) => path)).toContain(
      join(tmp, left[0]!),
    );
    expect(after.kept.map(({ why }) => why)).toEqual(["run-1 can go on with it: conductor resume run-1"]);
    expect(readdirSync(tmp).filter((name) => name.startsWith("c-"))).toEqual([]);
  }, 400_000);
});
