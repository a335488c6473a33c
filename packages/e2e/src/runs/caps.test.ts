import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const slow = (title: string) => agentScript(title).writes(`${title}.txt`, `${title}\n`).sleeps(700).finishes();
const migration = (title: string) => agentScript(title).writes(`migrations/${title}.sql`, "select 1;\n").finishes();
const SCENARIO = scenarioOf([
  ...["Draw", "Train", "Render", "Text", "List"].map(slow),
  ...["Alpha", "Beta", "Gamma"].map(migration),
]);
const RUN = ["run", "--auto", "--allow-unsandboxed", "--budget", "5", "--concurrency", "3"];

interface Event {
  readonly type: string;
  readonly attempt: string | { readonly id: string; readonly task: string };
}

/** The most agents that were at work at once. */
async function mostAgents({ conductor }: Project): Promise<number> {
  let [most, now] = [0, 0];
  for (const { type } of dataOf<readonly Event[]>(await conductor("events", "--json"))) {
    if (type === "attempt.spawned") now += 1;
    if (type === "attempt.agent-ended") now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

/** The most attempts of these tasks that were at work at once, as the journal has them in order. */
async function mostAtOnce({ conductor }: Project, tasks: readonly string[]): Promise<number> {
  const ran = await conductor("events", "--json");
  const working = new Set<string>();
  let most = 0;
  for (const { type, attempt } of dataOf<readonly Event[]>(ran)) {
    if (type === "attempt.started" && typeof attempt === "object" && tasks.includes(attempt.task))
      working.add(attempt.id);
    if (type === "attempt.ended" && typeof attempt === "string") working.delete(attempt);
    most = Math.max(most, working.size);
  }
  return most;
}

describe("what holds beside the number of agents", () => {
  const keep = keepProjects();
  const start = async (): Promise<Project> => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    await project.rig.taskwerk("init");
    return project;
  };
  const add = async ({ rig }: Project, title: string, ...capabilities: readonly string[]) =>
    rig.data("add", title, ...capabilities.flatMap((name) => ["--capability", name]));

  it("lets one task at a time have what there is once, and others pass meanwhile", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await start();
    const { conductor } = project;
    for (const title of ["Draw", "Train", "Render"]) await add(project, title, "gpu");
    for (const title of ["Text", "List"]) await add(project, title);
    expect((await conductor("config", "set", "orchestration.capabilities", "gpu=1")).code).toBe(0);
    const ran = await conductor(...RUN, "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const [gpu, others] = [
      ["TASK-001", "TASK-002", "TASK-003"],
      ["TASK-004", "TASK-005"],
    ];
    expect(await mostAtOnce(project, gpu)).toBe(1);
    expect(await mostAtOnce(project, [...gpu, ...others])).toBeGreaterThan(1);
  });

  it("holds an agent's account to its own number", async () => {
    const project = await start();
    await addTasks(project.rig, ["Draw", "Train", "Render"]);
    await project.conductor("config", "set", "orchestration.agents.command.concurrency", "1");
    const checked = await project.conductor(...RUN, "--dry-run", "--json");
    expect(dataOf<{ preflight: { limits: object } }>(checked).preflight.limits).toMatchObject({ concurrency: 1 });
    const ran = await project.conductor(...RUN, "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(await mostAgents(project)).toBe(1);
  }, 400_000);

  it("gives an agent's place to the next task while gates judge, and never more places than there are", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const gates = { "package.json": JSON.stringify({ scripts: { lint: "sleep 1" } }) };
    const quick = ["Draw", "Train", "Render", "Text"].map((title) =>
      agentScript(title).writes(`${title}.txt`, `${title}\n`).finishes(),
    );
    const project = keep(await makeProject(gates, scenarioOf(quick)));
    await addTasks(project.rig, ["Draw", "Train", { title: "Render", after: "Draw" }, "Text"]);
    const ran = await project.conductor(...RUN.slice(0, -1), "1", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const events = dataOf<readonly Event[]>(await project.conductor("events", "--json"));
    const at = (type: string, task: string): number =>
      events.findIndex((event) => event.type === type && String(event.attempt).includes(`/${task}/`));
    expect(at("attempt.spawned", "TASK-002")).toBeLessThan(at("landing.landed", "TASK-001"));
    // What it depends on has landed before.
    expect(at("attempt.spawned", "TASK-003")).toBeGreaterThan(at("landing.landed", "TASK-001"));
    expect(await mostAgents(project)).toBe(1);
    // Each holds a clone: no more than two for one agent.
    expect(await mostAtOnce(project, ["TASK-001", "TASK-002", "TASK-003", "TASK-004"])).toBe(2);
  });

  it("gives no task to an agent that cannot do it, and says so", { tags: ["long"], timeout: 400_000 }, async () => {
    const project = await start();
    const { conductor, rig } = project;
    await add(project, "Draw", "gpu");
    await add(project, "Text", "browser");
    await rig.data("add", "List", "--after", "TASK-001");
    await conductor("config", "set", "orchestration.agents.command.capabilities", "browser");
    const ran = await conductor(...RUN, "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    expect(dataOf<{ left: readonly object[] }>(ran).left).toMatchObject([
      { id: "TASK-001", why: "it needs gpu, which the agent command does not have", command: null },
      { id: "TASK-003", why: "waits for TASK-001" },
    ]);
    const status = (await conductor("status")).stdout;
    expect(status).toContain("1 of 3 landed");
    expect(status).toMatch(/NOT BEGUN\n {2}TASK-001 {2}Draw *\n *it needs gpu, which the agent command does not have/);
    // A run with the same agent would not do it either.
    expect(status).not.toContain("conductor run");
    await conductor("config", "set", "orchestration.agents.command.capabilities", "browser,gpu");
    const again = await conductor(...RUN, "--json");
    expect(again.code, again.stdout + again.stderr).toBe(0);
  });

  it("begins nothing while as many wait for approval as may, and goes on once somebody has approved", async () => {
    const project = await start();
    const { conductor, git } = project;
    await addTasks(project.rig, ["Alpha", "Beta", "Text"]);
    await conductor("config", "set", "orchestration.review_limit", "1");
    const ran = await conductor(
      "run",
      "--auto",
      "--allow-unsandboxed",
      "--budget",
      "5",
      "--concurrency",
      "1",
      "--json",
    );
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect(dataOf<{ end: object }>(ran).end).toEqual({ kind: "waiting", decisions: ["A1"] });
    const status = (await conductor("status")).stdout;
    expect(status.replace(/\s+/g, " ")).toContain(
      "1 task waits for approval, and nothing new is begun from 1 on (orchestration.review_limit)",
    );
    expect(git("log", "--format=%s", "main..conductor/main")).toBe("");
    await conductor("approve", "A1");
    const second = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(second.code, second.stdout + second.stderr).toBe(11);
    await conductor("approve", "A2");
    const third = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(third.code, third.stdout + third.stderr).toBe(0);
    expect(git("ls-tree", "-r", "--name-only", "conductor/main")).toContain("Text.txt");
    expect((await conductor("status")).stdout).not.toContain("review_limit");
  }, 400_000);
});
