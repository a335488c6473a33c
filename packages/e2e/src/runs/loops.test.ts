/** Agents that go in circles, and agents that only look as if they did. `RECORD_TRACES=1` keeps the traces of the latter as fixtures. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { HEALTHY, HEALTHY_FILES, HEALTHY_TITLES } from "./healthy-agents.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";
import { accountOf, working } from "./provider-limit.ts";
import { HEALTHY_FIXTURES, keepTraces, tracesOf } from "./record-traces.ts";

const RUN = ["run", "--auto", "--allow-unsandboxed", "--budget", "5", "--concurrency", "2", "--json"];
const RESUME = ["resume", "--allow-unsandboxed", "--budget", "5", "--json"];
const LOOK = { run: "cat package.json" } as const;

interface Why {
  readonly state: string;
  readonly reason: string | null;
  readonly blocker: { readonly kind: string } | null;
  readonly cards: readonly { readonly id: string; readonly text: string }[];
  readonly loops: readonly { readonly rule: string; readonly rung: string; readonly skipped: readonly string[] }[];
  readonly hints: readonly { readonly text: string }[];
  readonly next: readonly string[];
}

describe("an agent that goes in circles", () => {
  const keep = keepProjects();
  const start = async (scenario: Parameters<typeof makeProject>[1], ...titles: readonly string[]): Promise<Project> => {
    const project = keep(await makeProject(QUICK, scenario));
    await addTasks(project.rig, titles);
    return project;
  };
  const why = async ({ conductor }: Project, id: string): Promise<Why> =>
    dataOf<Why>(await conductor("why", id, "--json"));
  const loopsOf = async ({ conductor }: Project): Promise<readonly string[]> =>
    (await conductor("log", "TASK-001")).stdout
      .split("\n")
      .flatMap((line) => /loop TASK-001 (rule=\S+ rung=\S+(?: agent=\S+)?)/.exec(line)?.[1] ?? []);

  it("is told, begins anew, and then a person is asked, whose answer lets it go on; a healthy one beside it is let alone", async () => {
    const project = await start(
      scenarioOf([
        agentScript("Go in circles")
          .writes("half.txt", "half\n")
          .repeats(500, LOOK, { sleep: 200 })
          .hangs()
          .onRework()
          .runs('grep -q "look into half.txt" "$CONDUCTOR_BRIEF" || exit 0; echo whole > whole.txt')
          .repeats(500, LOOK, { sleep: 200 })
          .hangs(),
        agentScript("Be healthy").repeats(3, LOOK).writes("healthy.txt", "healthy\n").finishes(),
      ]),
      "Go in circles",
      "Be healthy",
    );
    const { conductor, git, rig } = project;
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect(git("show", "conductor/main:healthy.txt")).toBe("healthy");
    expect(await loopsOf(project)).toEqual([
      "rule=same-result rung=nudge",
      "rule=same-result rung=fresh",
      "rule=same-result rung=blocked",
    ]);
    expect((await conductor("log", "TASK-002")).stdout).not.toContain("loop");
    const told = await why(project, "TASK-001");
    expect(told).toMatchObject({
      state: "waiting",
      cards: [{ id: "Q1" }],
      next: expect.arrayContaining(['conductor answer Q1 "..."']),
    });
    expect(told.loops.at(-1)!.skipped).toEqual([
      "other-agent: no other agent is configured (loops.other_agent, loops.other_model)",
      "split: the planner outline sees no parts in it",
    ]);
    const { stdout } = await conductor("why", "TASK-001");
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "you were asked: bash cat package.json was done 4 times with the same result",
    );
    expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
    // What it had made is kept.
    expect(git("log", "--all", "--format=%H", "--", "half.txt")).not.toBe("");

    expect((await conductor("unblock", "TASK-001", "--json")).code).toBe(8);
    expect((await conductor("answer", "Q1", "look into half.txt", "--json")).code).toBe(0);
    const resumed = await conductor(...RESUME);
    // It has begun anew at the lowest rung, with the answer in its brief.
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(11);
    expect((await loopsOf(project)).slice(3)).toEqual([
      "rule=same-result rung=nudge",
      "rule=same-result rung=fresh",
      "rule=same-result rung=blocked",
    ]);
    expect(git("log", "--all", "--format=%H", "--", "whole.txt")).not.toBe("");
    expect(await rig.data<{ status: string }>("show", "TASK-001")).toMatchObject({ status: "blocked" });
  }, 400_000);

  it("gives way to another agent, which lands the task; log, why and report say so", async () => {
    const server = await startModelServer({
      lanes: [
        {
          name: "circles",
          loop: true,
          turns: [{ tool: { name: "bash", input: { command: "cat package.json" } } }],
        },
      ],
    });
    try {
      const project = await start(
        scenarioOf([agentScript("Take over").writes("taken-over.txt", "done\n").finishes()]),
        "Take over",
      );
      const { conductor, rig, git } = project;
      expect((await conductor("config", "set", "loops.other_agent", "command")).code).toBe(0);
      const ran = await rig.run("conductor", [...RUN, "--agent", "claude"], { env: accountOf(server) });
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(await loopsOf(project)).toEqual([
        "rule=same-result rung=nudge",
        "rule=same-result rung=fresh",
        "rule=same-result rung=other-agent agent=command",
      ]);
      expect(git("show", "conductor/main:taken-over.txt")).toBe("done");
      // What paid for the circles was asked no more once the other one had it.
      expect(server.requests.length).toBeGreaterThan(8);
      const told = await why(project, "TASK-001");
      expect(told).toMatchObject({ state: "landed", cards: [] });
      expect(told.loops.at(-1)).toMatchObject({ rule: "same-result", rung: "other-agent", agent: "command" });
      const flat = async (...words: readonly string[]): Promise<string> =>
        (await conductor(...words)).stdout.replace(/\s+/g, " ");
      expect(await flat("why", "TASK-001")).toContain("another agent took it (command)");
      expect(await flat("status")).toContain("1 of 1 landed");
      expect(await flat("report")).toContain("3 loops caught (1 task taken over by another agent)");
      const rule = { name: "others", effect: "deny", actors: ["command"], reason: "not on its own" };
      writeFileSync(join(rig.env.HOME!, ".config/conductor/config.yml"), JSON.stringify({ policy: { rules: [rule] } }));
      const tested = await conductor("policy", "test", "TASK-001");
      expect([tested.code, tested.stdout], tested.stderr).toMatchObject([4, expect.stringContaining("not on its own")]);
    } finally {
      await server.close();
    }
  }, 400_000);

  it("gives way to one whose provider takes nothing for a while: that pauses the account that pays for it, and no other", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    let asked = 0;
    const server = await startModelServer({
      lanes: [
        {
          name: "other",
          loop: true,
          turns: [
            ({ results }) => {
              asked += 1;
              if (asked === 1) return { error: 429, message: "usage limit reached", retryAfterSeconds: 2 };
              return results.length === 0 ? working("taken-over") : { text: "Done." };
            },
          ],
        },
      ],
    });
    try {
      const project = await start(
        scenarioOf([agentScript("Take over").repeats(500, LOOK, { sleep: 200 }).hangs()]),
        "Take over",
      );
      const { conductor, rig, git } = project;
      expect((await conductor("config", "set", "loops.other_agent", "claude")).code).toBe(0);
      const ran = await rig.run("conductor", RUN, { env: accountOf(server) });
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(git("show", "conductor/main:taken-over.txt")).toBe("taken-over");
      const events = dataOf<readonly { type: string; account?: string }[]>(await conductor("events", "--json"));
      const paused = events.filter(({ type }) => type === "account.paused").map(({ account }) => account);
      expect(paused).toEqual([expect.stringContaining("7Qf2")]);
    } finally {
      await server.close();
    }
  });

  it("that is cut off between two beginnings lands nothing half done", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await start(
      scenarioOf([agentScript("Be cut off").writes("half.txt", "half\n").repeats(500, LOOK, { sleep: 200 }).hangs()]),
      "Be cut off",
    );
    const { rig, conductor, git } = project;
    const killed = await rig.run("conductor", RUN, { env: { CONDUCTOR_FAIL_AT: "after-bundle" } });
    expect(killed.code, killed.stdout + killed.stderr).toBe(137);
    expect(await loopsOf(project)).toEqual(["rule=same-result rung=nudge", "rule=same-result rung=fresh"]);
    const resumed = await conductor(...RESUME);
    // An agent has been at it again, and gates have seen nothing.
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(11);
    expect((await loopsOf(project)).at(-1)).toBe("rule=same-result rung=blocked");
    expect((await conductor("log", "TASK-001")).stdout).not.toContain("gate TASK-001");
    expect(git("ls-tree", "--name-only", "conductor/main")).not.toContain("half.txt");
    expect(git("log", "--all", "--format=%H", "--", "half.txt")).not.toBe("");
  });

  it("hears a hint while it works, and what was counted is forgotten", async () => {
    const project = await start(
      scenarioOf([
        agentScript("Take a hint")
          .repeats(4, LOOK)
          .does({ awaitNudge: 120_000, count: 2 })
          .repeats(4, LOOK)
          .does({ awaitNudge: 120_000, count: 3 })
          .writes("taken.txt", "taken\n")
          .finishes(),
      ]),
      "Take a hint",
    );
    const { conductor, rig, git } = project;
    const child = rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    await expect
      .poll(() => loopsOf(project), { timeout: 120_000, interval: 500 })
      .toEqual(["rule=same-result rung=nudge"]);
    const hinted = await conductor("hint", "TASK-001", "there is nothing in package.json", "--json");
    expect(dataOf(hinted), hinted.stdout).toMatchObject({ task: "TASK-001", reaches: "agent" });
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(await loopsOf(project)).toEqual(["rule=same-result rung=nudge", "rule=same-result rung=nudge"]);
    expect(git("show", "conductor/main:taken.txt")).toBe("taken");
    expect((await conductor("log", "TASK-001", "--raw")).stdout).toContain("there is nothing in package.json");
  }, 400_000);

  it("has a split proposed where its task lists parts", async () => {
    const project = await start(
      scenarioOf([agentScript("Do three things").repeats(500, LOOK, { sleep: 200 }).hangs()]),
    );
    const { conductor, rig } = project;
    await rig.taskwerk("init");
    await rig.taskwerk(
      "add",
      "Do three things",
      "-d",
      "- [ ] Write the reader\n- [ ] Write the writer\n- [ ] Write the index",
    );
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect((await loopsOf(project)).at(-1)).toBe("rule=same-result rung=split");
    const [card] = (await why(project, "TASK-001")).cards;
    expect(card!.text).toContain("The planner outline would split it into 3 tasks.");
    expect((await conductor("inbox")).stdout).toContain("taskwerk add 'Write the reader' --parent TASK-001");
  }, 400_000);
});

describe("a blocked task", () => {
  const keep = keepProjects();

  it("says what kind of thing is in the way, and goes on once it is unblocked, with the note", async () => {
    const project = keep(
      await makeProject(
        QUICK,
        scenarioOf([
          agentScript("Call the service")
            .reportsBlocker("I have no API key for the payment service")
            .hangs()
            .onRework()
            .runs('grep -q "the key is in the vault" "$CONDUCTOR_BRIEF"', "ok")
            .writes("called.txt", "called\n")
            .finishes(),
        ]),
      ),
    );
    const { conductor, git, rig } = project;
    await addTasks(rig, ["Call the service"]);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    expect(dataOf<Why>(await conductor("why", "TASK-001", "--json"))).toMatchObject({
      state: "blocked",
      reason: "I have no API key for the payment service",
      blocker: { kind: "needs-access" },
      next: [
        "conductor log TASK-001",
        'conductor unblock TASK-001 --note "what has changed"',
        "conductor run --auto --agent command --budget 5",
      ],
    });
    const freed = await conductor("unblock", "TASK-001", "--note", "the key is in the vault", "--json");
    expect(dataOf(freed)).toEqual({ tasks: ["TASK-001"], note: "the key is in the vault", driven: false });
    const again = await conductor("unblock", "TASK-001", "--json");
    expect([again.code, JSON.parse(again.stdout).error.code]).toEqual([8, "INVALID_TRANSITION"]);
    const done = await conductor(...RUN);
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(git("show", "conductor/main:called.txt")).toBe("called");
  }, 400_000);
});

describe("agents that do the same thing often", () => {
  const keep = keepProjects();

  it("are let alone: none is told, none begins anew, all land", { tags: ["long"], timeout: 600_000 }, async () => {
    const project = keep(await makeProject(HEALTHY_FILES, HEALTHY));
    await addTasks(project.rig, HEALTHY_TITLES);
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const report = dataOf<{
      loops: readonly unknown[];
      tasks: readonly { id: string; title: string; state: string }[];
    }>(await project.conductor("report", "--json"));
    expect(report.loops).toEqual([]);
    expect(report.tasks.every(({ state }) => state === "landed")).toBe(true);
    const traces = tracesOf(project.rig.env.HOME!);
    // One that met a conflict has two.
    expect(traces.size).toBeGreaterThanOrEqual(HEALTHY_TITLES.length);
    if (!process.env.RECORD_TRACES) return;
    const slugs = new Map(report.tasks.map(({ id, title }) => [id, title.toLowerCase().replace(/\W+/g, "-")]));
    const named = [...traces].map(([name, text]): [string, string] => {
      const [, id = "", rest = ""] = /(TASK-\d+)-(\d+-\d+)$/.exec(name) ?? [];
      return [`${slugs.get(id) ?? name}-${rest}`, text];
    });
    keepTraces(HEALTHY_FIXTURES, new Map(named), project.rig.env.HOME!);
  });
});
