import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRig, type Ran, type Rig } from "../rig.ts";
import { HEALTHY_FIXTURES as FIXTURES, keepTraces, tracesOf } from "../runs/record-traces.ts";

interface ReceiptView {
  readonly id: string;
  readonly tree: string;
  readonly gate: string;
  readonly result: string;
  readonly command: string;
  readonly required: boolean;
}
interface TaskView {
  readonly id: string;
  readonly state: string;
  readonly landed: { readonly commit: string; readonly tree: string; readonly receipts: readonly ReceiptView[] } | null;
}

describe("conductor demo", () => {
  const at: { rig: Rig | null } = { rig: null };
  const done: { demo: Ran | null } = { demo: null };
  const project = (): string => join(at.rig!.dir, "demo-linkcheck");
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", project(), ...args], { encoding: "utf8" }).trim();
  const inside = (program: "conductor" | "taskwerk", ...args: readonly string[]): Promise<Ran> =>
    at.rig!.run(program, args, { cwd: project() });

  /** Keeps what the watches of agents that were in no loop were told. */
  const keepHealthy = (looping: readonly string[]): void => {
    const names = looping.map((attempt) => attempt.replace(/\W+/g, "-"));
    const healthy = [...tracesOf(at.rig!.env.HOME!)].filter(
      ([name]) => !names.some((one) => name.startsWith(`${one}-`)),
    );
    keepTraces(FIXTURES, new Map(healthy.map(([name, text]) => [`demo-${name}`, text])), at.rig!.env.HOME!);
  };

  beforeAll(async () => {
    at.rig = await makeRig();
    // Somebody's own store is around it, and a configuration and an environment that name other agents and other stores.
    await at.rig.taskwerk("init");
    await at.rig.taskwerk("add", "my own task");
    mkdirSync(join(at.rig.dir, ".conductor"));
    const own = join(at.rig.env.HOME!, ".config", "conductor");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "config.yml"), "orchestration:\n  agent: claude\nbudget:\n  day_usd: 0.01\n");
    done.demo = await at.rig.run("conductor", ["demo", "--json"], {
      env: { CONDUCTOR_AGENT: "claude", TASKWERK_URL: "http://127.0.0.1:9", TASKWERK_DIR: at.rig.dir },
    });
  }, 400_000);
  afterAll(() => at.rig?.remove());

  it("ends well, with a red gate repaired, a loop caught, a question answered and an approval given", () => {
    const { demo } = done;
    expect(demo?.code, demo?.stderr).toBe(0);
    expect(JSON.parse(demo!.stdout)).toMatchObject({
      ok: true,
      kind: "demo",
      data: { landed: 8, tasks: 8, questions: 1, exit: 0 },
    });
    const { reds, loops, approvals } = JSON.parse(demo!.stdout).data;
    expect([reds, loops, approvals].every((count) => count >= 1)).toBe(true);
  });

  it("counts what its report counts", async () => {
    const report = JSON.parse((await inside("conductor", "report", "--json")).stdout).data;
    const { reds, loops } = JSON.parse(done.demo!.stdout).data;
    expect([reds, loops]).toEqual([report.gates.reworkRounds, report.loops.length]);
    if (process.env.RECORD_TRACES)
      keepHealthy(report.loops.map(({ attempt }: { readonly attempt: string }) => attempt));
  });

  it("does not replace an earlier one that somebody has gone on with", async () => {
    git("branch", "mine", "conductor/main");
    const tree = git("rev-parse", "conductor/main^{tree}");
    git("update-ref", "refs/heads/mine", git("commit-tree", tree, "-p", "conductor/main", "-m", "mine"));
    const again = await at.rig!.run("conductor", ["demo", "--json"]);
    expect(again.code).toBe(2);
    expect(JSON.parse(again.stdout).error).toMatchObject({
      code: "USAGE",
      message: expect.stringContaining("commits that the demo did not make (mine)"),
      hint: "Somewhere else:  conductor demo another-dir",
    });
    git("branch", "-D", "mine");
  });

  it("touches no store but its own", async () => {
    expect(await at.rig!.data("list", "--all")).toMatchObject([{ title: "my own task", status: "todo", rev: 1 }]);
    expect(readdirSync(join(at.rig!.dir, ".conductor"))).toEqual([]);
  });

  it("has, for each commit, a passing receipt of every required gate for exactly its tree", async () => {
    const report = JSON.parse((await inside("conductor", "report", "--json")).stdout).data;
    const commits = git("rev-list", "main..conductor/main").split("\n");
    const tasks: readonly TaskView[] = report.tasks;
    const landed = tasks.flatMap((task) => (task.landed ? [task.landed] : []));
    expect(landed.map(({ commit }) => commit).sort()).toEqual([...commits].sort());
    for (const { commit, tree, receipts } of landed) {
      expect(git("rev-parse", `${commit}^{tree}`)).toBe(tree);
      const passing = receipts.filter(
        (receipt) => receipt.tree === tree && receipt.result === "pass" && receipt.required,
      );
      expect(passing.map(({ gate }) => gate).sort()).toEqual(["build", "coverage", "lint", "test"]);
    }
  });

  it("has receipts that hold when their commands are run again in a fresh checkout", async () => {
    const report = JSON.parse((await inside("conductor", "report", "--json")).stdout).data;
    const tip = git("rev-parse", "conductor/main");
    const last = (report.tasks as readonly TaskView[]).find(({ landed }) => landed?.commit === tip)!.landed!;
    const fresh = mkdtempSync(join(tmpdir(), "fresh-"));
    execFileSync("git", ["clone", "--quiet", "--branch", "conductor/main", project(), fresh]);
    for (const command of new Set(last.receipts.map((receipt) => receipt.command)))
      execFileSync("sh", ["-c", command], {
        cwd: fresh,
        stdio: "pipe",
        env: { PATH: process.env.PATH ?? "", HOME: at.rig!.env.HOME },
      });
    rmSync(fresh, { recursive: true, force: true });
  }, 60_000);

  it("agrees with taskwerk, and left the user's branch and files as they were", async () => {
    const list = JSON.parse((await inside("taskwerk", "list", "--all", "--json")).stdout).data;
    expect(list.map(({ status }: { status: string }) => status)).toEqual(Array(11).fill("done"));
    expect(git("rev-list", "--count", "main")).toBe("1");
    expect(git("status", "--porcelain")).toBe("");
    expect(readFileSync(join(project(), ".git", "HEAD"), "utf8")).toBe("ref: refs/heads/main\n");
    expect((await inside("conductor", "status")).stdout).toContain("8 of 8 landed");
  });

  it("says of a feature that is to be undone which of its tasks have landed, and undoes nothing", async () => {
    const tip = git("rev-parse", "conductor/main");
    const refused = await inside("conductor", "undo", "TASK-003", "--yes", "--json");
    expect(refused.code, refused.stdout).toBe(2);
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: "USAGE",
      message: expect.stringMatching(/TASK-003 is a group, .*: of its tasks TASK-003\.\d, TASK-003\.\d have landed/),
      hint: expect.stringMatching(/^conductor undo TASK-003\.\d\nconductor undo TASK-003\.\d$/),
    });
    expect(git("rev-parse", "conductor/main")).toBe(tip);
  });

  it("goes on with its own agent where what its report advises after an undo is typed", async () => {
    const last = git("log", "-1", "--format=%(trailers:key=Task,valueonly)", "conductor/main");
    const undone = await inside("conductor", "undo", last, "--yes", "--json");
    expect(undone.code, undone.stdout + undone.stderr).toBe(0);
    const { next } = JSON.parse((await inside("conductor", "report", "--json")).stdout).data;
    expect(next).toEqual([expect.stringMatching(/^conductor run .*--agent command/)]);
    const ran = await inside("conductor", ...next[0].split(" ").slice(1));
    // The last of the demo's tasks changes what nobody may change without a yes.
    expect([0, 11], ran.stdout + ran.stderr).toContain(ran.code);
    expect(ran.stdout).toContain(`says-done ${last}`);
  }, 400_000);
});
