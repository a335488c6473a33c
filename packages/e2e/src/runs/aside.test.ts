import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--concurrency", "1"];
const SLOW = scenarioOf([
  agentScript("Write alpha").writes("half.txt", "half\n").commits("feat: half").sleeps(20_000).finishes(),
  agentScript("Write beta").writes("beta.txt", "b\n").finishes(),
]);

interface Status {
  readonly working: readonly { readonly task: string }[];
}

interface Told {
  readonly costs: { readonly usd: number | null };
}

describe("a task that is put aside", () => {
  const keep = keepProjects();
  const start = async (): Promise<Project> => {
    const project = keep(await makeProject(QUICK, SLOW));
    await addTasks(project.rig, ["Write alpha", "Write beta"]);
    return project;
  };

  it("gives its place to another, keeps what was done, and is begun by nobody before it is continued", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await start();
    const { conductor, rig, git } = project;
    const child = rig.start("conductor", [...RUN, "--wait", "10m", "--json"]);
    child.stdin!.end();
    const end = ended(child);
    const working = async () =>
      dataOf<Status>(await conductor("status", "--json"))?.working.map(({ task }) => task) ?? [];
    await expect.poll(working, { timeout: 60_000 }).toEqual(["TASK-001"]);
    await expect
      .poll(async () => (await conductor("log", "TASK-001")).stdout, { timeout: 60_000 })
      .toContain("running");
    const paused = await conductor("pause", "TASK-001", "--reason", "first the other", "--json");
    expect(dataOf(paused), paused.stdout + paused.stderr).toMatchObject({ status: "paused", settled: true });
    await expect.poll(() => git("log", "--format=%s", "--all"), { timeout: 60_000 }).toContain("feat: Write beta");
    const statusOf = async (id: string) => (await rig.data<{ readonly status: string }>("show", id)).status;
    await expect.poll(() => statusOf("TASK-002"), { timeout: 60_000 }).toBe("done");
    expect(await rig.data("show", "TASK-001")).toMatchObject({
      status: "paused",
      status_reason: "put aside by tester: first the other",
      claim: null,
    });
    const status = (await conductor("status")).stdout;
    expect(status).toContain("1 put aside");
    expect(status).toContain("put aside by tester: first the other\n            conductor continue TASK-001");
    const again = await conductor("continue", "TASK-001", "--json");
    expect(dataOf(again), again.stdout + again.stderr).toMatchObject({ status: "todo" });
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:half.txt")).toBe("half");
    expect((await conductor("continue", "TASK-001", "--json")).code).toBe(8);
  });

  it("while it waits for a place, its answer in hand, waits for none any more, and goes on with the answer later", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const scripts = [
      agentScript("Write alpha").asks("Which colour?").writes("alpha.txt", "a\n").finishes(),
      agentScript("Write beta").sleeps(15_000).writes("beta.txt", "b\n").finishes(),
    ];
    const project = keep(await makeProject(QUICK, scenarioOf(scripts)));
    const { conductor, rig, git } = project;
    await addTasks(rig, ["Write alpha", "Write beta"]);
    const child = rig.start("conductor", [...RUN, "--wait", "10m", "--json"]);
    child.stdin!.end();
    const end = ended(child);
    const running = async (id: string): Promise<string> => (await conductor("log", id)).stdout;
    await expect.poll(() => running("TASK-002"), { timeout: 60_000 }).toContain("running");
    expect((await conductor("answer", "Q1", "blue")).code).toBe(0);
    // The run has seen it, and beta is in the only place.
    await sleep(1_500);
    const paused = await conductor("pause", "TASK-001", "--json");
    expect(dataOf(paused), paused.stdout + paused.stderr).toMatchObject({ settled: true });
    const status = dataOf<Status>(await conductor("status", "--json"));
    expect(status.working.map(({ task }) => task)).toEqual(["TASK-002"]);
    expect((await conductor("continue", "TASK-001")).code).toBe(0);
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:alpha.txt")).toBe("a");
  });

  it("while its work waits for an approval, lands what was approved once it is continued, and pays no agent again", async () => {
    const script = agentScript("Add a migration").writes("migrations/001.sql", "drop table users;\n").uses(10, 10, 0.1);
    const project = keep(await makeProject(QUICK, script.finishes().scenario()));
    const { conductor, rig, git } = project;
    await addTasks(rig, ["Add a migration"]);
    const child = rig.start("conductor", [...RUN, "--wait", "10m", "--json"]);
    child.stdin!.end();
    const end = ended(child);
    await expect.poll(async () => (await conductor("inbox")).stdout, { timeout: 60_000 }).toContain("A1");
    expect(dataOf(await conductor("pause", "TASK-001", "--json"))).toMatchObject({ settled: true });
    expect((await conductor("approve", "A1")).code).toBe(0);
    expect((await conductor("continue", "TASK-001")).code).toBe(0);
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:migrations/001.sql")).toBe("drop table users;");
    expect(dataOf<Told>(await conductor("report", "--json")).costs.usd).toBeCloseTo(0.1, 6);
  }, 400_000);

  it("while gates judge its work, lands it once it is continued, though the budget is used up by then", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const alpha = agentScript("Write alpha").writes("alpha.txt", "a\n").uses(10, 10, 0.1).finishes();
    const dear = agentScript("Write beta").uses(10, 10, 0.9).finishes();
    const project = keep(await makeProject(QUICK, scenarioOf([alpha, dear])));
    const { conductor, rig, git } = project;
    // Time enough for beta to end and for the pause.
    const lint = "test ! -e alpha.txt || sleep 15";
    writeFileSync(join(rig.dir, "package.json"), JSON.stringify({ name: "slow", scripts: { lint } }));
    git("commit", "--all", "--quiet", "-m", "test: a gate that takes its time");
    await addTasks(rig, ["Write alpha", "Write beta"]);
    // Beta goes over its own budget, too: that is a matter of its own, and the run goes on.
    expect((await conductor("config", "set", "budget.task_usd", "0.9")).code).toBe(0);
    const child = rig.start("conductor", [...RUN, "--wait", "10m", "--json"]);
    child.stdin!.end();
    const end = ended(child);
    const statusOf = async (id: string) => (await rig.data<{ readonly status: string }>("show", id)).status;
    await expect.poll(() => statusOf("TASK-002"), { timeout: 60_000 }).toBe("blocked");
    expect(await statusOf("TASK-001")).toBe("review");
    expect(dataOf(await conductor("pause", "TASK-001", "--json"))).toMatchObject({ settled: true });
    expect((await conductor("continue", "TASK-001")).code).toBe(0);
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    expect(dataOf(ran)).toMatchObject({ end: { kind: "finished", landed: 1, unlanded: 1 } });
    expect(git("show", "conductor/main:alpha.txt")).toBe("a");
    expect(dataOf<Told>(await conductor("report", "--json")).costs.usd).toBeCloseTo(1, 6);
  });

  it("whose pause was killed in between is put aside by the next one, or free again by continue, at once", async () => {
    const { conductor, rig } = await start();
    const shown = () => rig.data<{ status: string; claim: { by: string } | null }>("show", "TASK-001");
    const die = async (): Promise<void> => {
      const killed = await rig.run("conductor", ["pause", "TASK-001"], { env: { CONDUCTOR_FAIL_AT: "after-claim" } });
      expect(killed.code, killed.stdout + killed.stderr).toBe(137);
      expect(await shown()).toMatchObject({ claim: { by: "conductor/tester" } });
    };
    await die();
    // Whoever else says so waits for the claim's end, as for anybody's.
    const other = await conductor("pause", "TASK-001", "--actor", "ada", "--json");
    expect((await shown()).claim?.by, other.stdout + other.stderr).toBe("conductor/tester");
    const again = await conductor("pause", "TASK-001", "--json");
    expect(dataOf(again), again.stdout + again.stderr).toMatchObject({ status: "paused", settled: true });
    expect(await shown()).toMatchObject({ status: "paused", claim: null });
    expect((await conductor("continue", "TASK-001")).code).toBe(0);

    await die();
    const on = await conductor("continue", "TASK-001", "--json");
    expect(dataOf(on), on.stdout + on.stderr).toMatchObject({ status: "todo" });
    expect(await shown()).toMatchObject({ status: "todo", claim: null });
  }, 60_000);

  it("before anything runs is left alone by a run, which says so with 11", async () => {
    const { conductor, rig } = await start();
    expect((await conductor("pause", "TASK-001")).stdout).toBe(
      "TASK-001 is put aside; what was done is kept, and the others go on.\n",
    );
    expect(await rig.data("show", "TASK-001")).toMatchObject({ status: "paused" });
    expect(await rig.data("show", "TASK-002")).toMatchObject({ status: "todo" });
    const ran = await conductor(...RUN, "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect(dataOf(ran)).toMatchObject({ text: "Waiting for you: TASK-001 is put aside." });
    expect((await conductor("wait", "--json")).code).toBe(11);
  }, 400_000);

  it("has to be named, and to be there", async () => {
    const { conductor } = await start();
    const none = await conductor("pause");
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("conductor stop")]);
    expect((await conductor("pause", "TASK-099")).code).toBe(3);
    expect((await conductor("continue", "TASK-001")).code).toBe(8);
    expect((await conductor("continue")).code).toBe(2);
  });
});
