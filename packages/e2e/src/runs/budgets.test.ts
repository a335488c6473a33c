import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import type { ModelScript } from "@taskwerk/rehearsal/model/script";
import { type ModelServer, startModelServer } from "@taskwerk/rehearsal/model-server";
import { afterEach, describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";
import { accountOf, nameIn, RUN, working } from "./provider-limit.ts";

/** Every answer costs 30 cents: 150,000 tokens that go in, at $2 for a million. */
const DEAR = { input_tokens: 150_000, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
/** Looks around for ever. */
const ENDLESS: ModelScript = {
  lanes: [
    {
      name: "work",
      loop: true,
      turns: [(_, { n }) => ({ tool: { name: "bash", input: { command: `echo ${n}` } }, usage: DEAR })],
    },
  ],
};
const FINISHING: ModelScript = {
  lanes: [
    {
      name: "work",
      loop: true,
      turns: [
        (request) =>
          request.results.length === 0 ? { ...working(nameIn(request)), usage: DEAR } : { text: "Done.", usage: DEAR },
      ],
    },
  ],
};

interface Told {
  readonly tasks: readonly { readonly state: string }[];
  readonly costs: { readonly usd: number | null; readonly inputTokens: number };
}

describe("a budget", () => {
  const keep = keepProjects();
  const servers: ModelServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  const start = async (script: ModelScript, config: object = {}) => {
    const server = await startModelServer(script);
    servers.push(server);
    const project = keep(await makeProject(QUICK, null));
    const dir = join(project.rig.env.HOME!, ".config", "conductor");
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "config.yml"), JSON.stringify(config));
    const env = accountOf(server);
    const conductor = (...args: readonly string[]) => project.rig.run("conductor", args, { env });
    return { project, server, env, conductor };
  };
  const proveLedger = async (project: Project, server: ModelServer): Promise<void> => {
    const { costs } = dataOf<Told>(await project.conductor("report", "--json"));
    expect(costs.usd).toBeCloseTo(server.state().spent.costUsd!, 6);
    expect(costs.inputTokens).toBe(server.state().spent.inputTokens);
  };

  it("of a dollar stops before the call that would exceed it; what is counted is what was served; --add goes on", async () => {
    const { project, server, conductor } = await start(ENDLESS);
    await addTasks(project.rig, ["Make alpha"]);
    const ran = await conductor(...RUN, "--budget", "1", "--concurrency", "1", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(12);
    expect(server.requests).toHaveLength(3);
    expect(server.state().spent.costUsd).toBeCloseTo(0.9, 6);
    await proveLedger(project, server);
    const status = await conductor("status");
    expect(status.stdout).toContain("conductor resume --add 1");
    const events = dataOf<readonly { readonly type: string; readonly text?: string }[]>(
      await conductor("events", "--json"),
    );
    expect(events.filter(({ type }) => type === "budget.reached").map(({ text }) => text)).toEqual([
      "the budget of $1.00: $0.90 spent",
    ]);

    for (const [flag, value] of [
      ["--add", "-5"],
      ["--add", "0"],
      ["--add", "NaN"],
      ["--add", "1e12"],
      ["--add-tokens", "5.5"],
    ] as const) {
      const refused = await conductor("resume", `${flag}=${value}`, "--json");
      expect(refused.code, refused.stdout).toBe(2);
      expect(JSON.parse(refused.stdout).error).toMatchObject({ code: "USAGE", given: value });
    }
    expect(dataOf<readonly unknown[]>(await conductor("events", "--json"))).toHaveLength(events.length);
    expect((await conductor("resume", "--add", "1", "--budget", "3", "--json")).code).toBe(2);
    expect((await conductor("resume", "--add-tokens", "10", "--json")).code).toBe(2);
    expect((await conductor("run", "--add", "1", "--json")).code).toBe(2);

    const more = await conductor("resume", "--add", "0.5", "--allow-unsandboxed", "--json");
    expect(more.code, more.stdout + more.stderr).toBe(12);
    expect(server.requests).toHaveLength(4);
    expect(server.state().spent.costUsd).toBeLessThanOrEqual(1.5);
    await proveLedger(project, server);
  }, 400_000);

  it("for one task blocks that task, and the others go on; a day's holds all runs", async () => {
    const { project, server, conductor } = await start(FINISHING, { budget: { task_usd: 0.5 } });
    await addTasks(project.rig, ["Make alpha", "Make beta"]);
    const ran = await conductor(...RUN, "--budget", "9", "--concurrency", "1", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    expect(await project.rig.data("list", "--all")).toMatchObject([
      { status: "blocked", status_reason: expect.stringContaining("budget.task_usd") },
      { status: "blocked" },
    ]);
    expect(server.requests).toHaveLength(2);
    const dir = join(project.rig.env.HOME!, ".config", "conductor");
    writeFileSync(join(dir, "config.yml"), JSON.stringify({ budget: { day_usd: 0.55 } }));
    await project.rig.taskwerk("unblock", "TASK-001", "TASK-002");
    const again = await conductor(...RUN, "--budget", "9", "--concurrency", "1", "--json");
    expect(again.code, again.stdout + again.stderr).toBe(12);
    expect(JSON.parse(again.stdout).data.text).toContain("$0.55 a day");
    // Nobody was given a task that he could not be paid for.
    expect((await conductor("log", "TASK-001")).stdout.match(/claimed/g)).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  }, 400_000);

  it("is not over for a conversation that has used up its share: the task goes on with another, or waits for one", async () => {
    const again = agentScript({ title: "alpha", brief: "used up its share" });
    const half = agentScript("Make alpha").writes("half.txt", "half\n").commits("feat: half").uses(1000, 1000, 2.1);
    const beside = agentScript("Make beta").uses(1000, 1000, 1).sleeps(4000).writes("beta.txt", "beta\n").finishes();
    const project = keep(
      await makeProject(
        QUICK,
        scenarioOf([
          again.runs("test -f half.txt", "ok").uses(1000, 1000, 0.2).writes("alpha.txt", "alpha\n").finishes(),
          half.hangs(),
          beside,
        ]),
      ),
    );
    await addTasks(project.rig, ["Make alpha", "Make beta"]);
    const ran = await project.conductor("run", ...RUN.slice(4), "--budget", "4", "--concurrency", "2", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(project.git("show", "conductor/main:alpha.txt")).toBe("alpha");
    // While the other one held the rest, there was nothing to go on with.
    const events = dataOf<readonly { readonly type: string; readonly stage?: string; readonly reason?: string }[]>(
      await project.conductor("events", "--json"),
    );
    expect(events.filter(({ stage }) => stage === "paused-budget")).toMatchObject([
      { reason: expect.stringContaining("others hold what is left") },
    ]);
    expect(dataOf<Told>(await project.conductor("report", "--json")).costs.usd).toBeCloseTo(3.3, 6);
  }, 400_000);

  it("that is used up claims nothing when the run is gone on with, and says what to type", async () => {
    const { project, server, conductor } = await start(FINISHING);
    await addTasks(project.rig, ["Make alpha", "Make beta"]);
    const ran = await conductor(...RUN, "--budget", "0.6", "--concurrency", "1", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(12);
    // What no call seemed to fit into may be enough for one of a new conversation.
    const resumed = await conductor("resume", "--allow-unsandboxed");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(12);
    expect(resumed.stdout).toMatch(
      /^run-1 {2}Stopped: .*\nNext {3}conductor status {5}conductor resume --add 0\.6( --allow-unsandboxed)?$/m,
    );
    const begun = async (): Promise<number> =>
      (await conductor("events", "--json")).stdout.split('"attempt.started"').length;
    const [before, asked] = [await begun(), server.requests.length];
    const again = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(again.code, again.stdout + again.stderr).toBe(12);
    expect(JSON.parse(again.stdout).data.text).toBe("Stopped: the budget of $0.60 is used up.");
    expect([await begun(), server.requests.length]).toEqual([before, asked]);
    expect((await conductor("status")).stdout).toContain("conductor resume --add 0.6");
  }, 400_000);

  it("in tokens holds a model whose price nobody knows, whose cost is unknown and never nothing", async () => {
    const { project, server, conductor } = await start(
      { ...ENDLESS, models: ["claude-unheard-of-1"] },
      {
        orchestration: { agents: { claude: { model: "claude-unheard-of-1" } } },
      },
    );
    await addTasks(project.rig, ["Make alpha"]);
    const money = await conductor(...RUN, "--budget", "5", "--json");
    expect(JSON.parse(money.stdout).error, money.stdout).toMatchObject({ code: "USAGE", field: "budget" });
    const ran = await conductor(...RUN, "--budget-tokens", "500000", "--concurrency", "1", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(12);
    expect(server.requests).toHaveLength(3);
    expect(dataOf<Told>(await conductor("report", "--json")).costs.usd).toBeNull();
    expect((await conductor("status")).stdout).toMatch(/^ {2}Tokens {3}450k of 500k$/m);
    expect((await conductor("report")).stdout).toMatch(/^ {2}tokens +450k of 500k: 450k in/m);
  }, 400_000);

  it("is raised from another terminal while the run goes on", { tags: ["long"], timeout: 400_000 }, async () => {
    let served = 0;
    const slow: ModelScript = {
      lanes: [
        {
          name: "work",
          loop: true,
          turns: [
            async () => {
              served += 1;
              return { tool: { name: "bash", input: { command: `sleep 4; echo ${served}` } }, usage: DEAR };
            },
          ],
        },
      ],
    };
    const { project, server, env, conductor } = await start(slow);
    await addTasks(project.rig, ["Make alpha"]);
    const child = project.rig.start("conductor", [...RUN, "--budget", "1", "--concurrency", "1", "--json"], { env });
    child.stdin!.end();
    const end = ended(child);
    await expect.poll(() => served, { timeout: 60_000 }).toBe(1);
    const raised = await conductor("run", "--add", "0.5", "--json");
    expect(dataOf(raised), raised.stdout + raised.stderr).toMatchObject({ session: "run-1", budgetUsd: 1.5 });
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(12);
    // The conversation under way keeps its share of the first dollar, and what is left of the rest is for the next one.
    expect(server.state().spent.costUsd).toBeLessThanOrEqual(1.5);
    expect(
      dataOf<{ readonly session: { readonly budgetUsd: number } }>(await conductor("status", "--json")).session
        .budgetUsd,
    ).toBe(1.5);
  });
});
