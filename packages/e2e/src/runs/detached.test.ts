import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { eachCase } from "../each-case.ts";
import { ended } from "../rig.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";
import { leftovers } from "./quick-project.ts";

const FLAGS = ["--allow-unsandboxed", "--budget", "1", "--concurrency", "1"];
const slow = (ms: number) =>
  scenarioOf([
    agentScript("Write alpha").writes("alpha.txt", "a\n").sleeps(ms).finishes(),
    agentScript("Write beta").writes("beta.txt", "b\n").finishes(),
  ]);

interface Status {
  readonly session: { readonly id: string; readonly status: string };
  readonly working: readonly unknown[];
  readonly why: string | null;
  readonly counts: { readonly landed: number };
}

/** How it is stopped, and how many tasks land all the same. */
const STOPS: readonly (readonly [how: readonly string[], landed: number])[] = [
  [[], 0],
  [["--now"], 0],
  [["--after-task"], 1],
];

/** What would end it, where its last task lands all the same. */
const OVERTAKEN: readonly (readonly [what: string, flags: readonly string[], meanwhile: readonly string[]])[] = [
  ["is asked to stop after its last task", [], ["stop", "--after-task"]],
  ["lands its last task after its time is up", ["--until", "20s"], ["status"]],
];

describe("a run in the background", () => {
  const keep = keepProjects();
  const start = async (ms: number): Promise<Project> => {
    const project = keep(await makeProject(QUICK, slow(ms)));
    await addTasks(project.rig, ["Write alpha", "Write beta"]);
    return project;
  };
  const statusOf = async ({ conductor }: Project) => dataOf<Status>(await conductor("status", "--json"));
  const untilItWorks = async (project: Project): Promise<void> => {
    await expect
      .poll(async () => (await project.conductor("log", "TASK-001")).stdout, { timeout: 60_000 })
      .toContain("running");
  };

  it("says which session it is and who pays, is waited for, and lands everything of a document called run", async () => {
    const { conductor, rig, git } = keep(await makeProject(QUICK, slow(1_000)));
    writeFileSync(join(rig.dir, "run"), "# Two\n\n## Tasks\n\n- [ ] Write alpha\n- [ ] Write beta\n");
    const started = await conductor(
      "run",
      "run",
      "--detach",
      "--yes",
      "--agent",
      "command",
      "--actor",
      "run",
      ...FLAGS,
    );
    expect(started.stdout, started.stderr).toMatch(
      /^run-1 runs in the background \(process \d+\)\.\nPaid by nobody \(scripted\); limits: \$1\.00\. What it says: /m,
    );
    const waited = await conductor("wait", "--timeout", "5m", "--json");
    expect(waited.code, waited.stdout + waited.stderr).toBe(0);
    expect(dataOf(waited)).toMatchObject({ session: "run-1", outcome: "finished", exit: 0 });
    expect(git("ls-tree", "--name-only", "conductor/main").split("\n")).toEqual(
      expect.arrayContaining(["alpha.txt", "beta.txt"]),
    );
    const again = await conductor("resume", "run-1", "--json");
    expect(JSON.parse(again.stdout).error).toMatchObject({ code: "INVALID_TRANSITION" });
    expect((await conductor("resume", "run-9")).code).toBe(3);
  }, 400_000);

  eachCase(STOPS, ([how]) => how.length === 0)(
    "is stopped with %j, and what it was at is taken up by one resume of two",
    async (how, landed) => {
      const project = await start(how.includes("--after-task") ? 15_000 : 120_000);
      const { conductor, rig, git } = project;
      const started = await conductor("run", "--detach", ...FLAGS, "--json");
      expect(dataOf(started), started.stdout + started.stderr).toMatchObject({ session: "run-1" });
      await untilItWorks(project);
      expect((await conductor("wait", "--timeout", "1s")).code).toBe(15);
      const stopped = await conductor("stop", ...how, "--json");
      expect(stopped.code, stopped.stdout + stopped.stderr).toBe(0);
      const waited = await conductor("wait", "--timeout", "2m", "--json");
      expect([waited.code, dataOf(waited)], waited.stderr).toEqual([
        14,
        expect.objectContaining({ outcome: "stopped" }),
      ]);
      expect(await statusOf(project)).toMatchObject({ session: { status: "paused" }, counts: { landed } });
      // Its last word stands in the journal a moment before it is gone.
      await expect.poll(() => leftovers(rig.env.HOME!), { timeout: 30_000 }).toEqual([]);
      if (landed > 0) {
        // What is left, in the background again; its name is one of a verb, and nobody's but the actor's.
        const again = await conductor("resume", "--detach", "--allow-unsandboxed", "--actor", "resume", "--json");
        expect(dataOf(again), again.stdout + again.stderr).toMatchObject({ session: "run-1" });
        expect((await conductor("wait", "--timeout", "2m")).code).toBe(0);
        expect(git("log", "--format=%s", "main..conductor/main")).toBe("feat: Write beta\nfeat: Write alpha");
      }
      if (how.length > 0) return;

      await rig.taskwerk("cancel", "TASK-001");
      const two = await Promise.all(
        [1, 2].map(() => {
          const child = rig.start("conductor", ["resume", "--allow-unsandboxed", "--json"]);
          child.stdin!.end();
          return ended(child);
        }),
      );
      const words = two.map(({ stdout }) => JSON.parse(stdout)).map(({ ok, error }) => (ok ? "drove" : error.code));
      // The one that comes when the other is through already finds nothing to go on with.
      expect(words.filter((word) => word === "drove")).toHaveLength(1);
      expect(["SESSION_ACTIVE", "INVALID_TRANSITION", "SESSION_NOT_FOUND"]).toContain(
        words.find((word) => word !== "drove"),
      );
      expect(git("log", "--format=%s", "main..conductor/main")).toBe("feat: Write beta");
    },
    400_000,
  );

  eachCase(OVERTAKEN, (_, at) => at === 0)(
    "that %s has finished: wait and report say so alike, and nothing is left to resume",
    async (_, flags, meanwhile) => {
      const project = await start(flags.length === 0 ? 6_000 : 30_000);
      const { conductor, rig } = project;
      await rig.taskwerk("cancel", "TASK-002");
      await rig.data("add", "All of it", "--ac", "alpha is there");
      await rig.data("move", "TASK-001", "--parent", "TASK-003");
      const started = await conductor("run", "--detach", ...FLAGS, ...flags, "--json");
      expect(dataOf(started), started.stdout + started.stderr).toMatchObject({ session: "run-1" });
      await untilItWorks(project);
      expect((await conductor(...meanwhile)).code).toBe(0);
      const waited = await conductor("wait", "--timeout", "2m");
      expect([waited.code, waited.stdout], waited.stderr).toEqual([0, "run-1 has finished: everything has landed.\n"]);
      const report = JSON.parse((await conductor("report", "--format", "json")).stdout);
      expect(report).toMatchObject({ outcome: "complete", exit: 0, next: [], session: { status: "completed" } });
      expect(await rig.data("show", "TASK-003")).toMatchObject({ status: "done" });
      const again = await conductor("resume", "--json");
      expect(JSON.parse(again.stdout).error).toMatchObject({ message: "every run here is finished" });
    },
    400_000,
  );

  it.runIf(hasTerminal())(
    "goes on when its terminal is closed, and one in the foreground is put down",
    async () => {
      const project = await start(120_000);
      const { conductor, rig } = project;
      const bin = (await import("../rig.ts")).programPath("conductor");
      const shell = await openTerminal({ cwd: rig.dir, env: rig.env });
      await shell.types(`${bin} run --detach ${FLAGS.join(" ")}`);
      await shell.sees("runs in the background");
      await shell.close();
      await untilItWorks(project);
      expect(await statusOf(project)).toMatchObject({ session: { status: "active" } });
      expect((await conductor("stop")).code).toBe(0);

      const other = await openTerminal({ cwd: rig.dir, env: rig.env });
      await other.types(`${bin} resume --auto --allow-unsandboxed`);
      const working = async () => (await statusOf(project)).working.length;
      await expect.poll(working, { timeout: 60_000 }).toBe(1);
      await other.close();
      await expect.poll(async () => (await statusOf(project)).session.status, { timeout: 60_000 }).toBe("paused");
      expect((await statusOf(project)).why).toBe("its terminal was closed");
      await expect.poll(() => leftovers(rig.env.HOME!), { timeout: 30_000 }).toEqual([]);
    },
    400_000,
  );

  it("by SIGHUP, also twice, puts everything down and ends with 129", async () => {
    const project = await start(120_000);
    const child = project.rig.start("conductor", ["run", "--auto", ...FLAGS, "--json"]);
    child.stdin!.end();
    const end = ended(child);
    await untilItWorks(project);
    child.kill("SIGHUP");
    child.kill("SIGHUP");
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(129);
    expect(dataOf(ran)).toMatchObject({ end: { kind: "stopped", reason: "its terminal was closed" }, exit: 129 });
    expect(await project.rig.data("list", "--all")).toMatchObject([
      { status: "todo", claim: null },
      { status: "todo" },
    ]);
  }, 400_000);
});
