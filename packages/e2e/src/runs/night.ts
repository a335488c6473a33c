/** A night with everything that can go wrong in it, and a counter of its own that every screen is held against. */
import { execFileSync } from "node:child_process";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { scenarioModel } from "@taskwerk/rehearsal/model/scenario-model";
import type { ComputedTurn } from "@taskwerk/rehearsal/model/script";
import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { expect } from "vitest";
import type { Ran } from "../rig.ts";
import { expectPrefixes, followStates } from "./live-states.ts";
import { addTasks, dataOf, makeProject, type Project } from "./project.ts";
import { type ExportedEvent, expectFigures, exportedEvents } from "./report-figures.ts";

const listed = (name: string) =>
  agentScript(`List ${name}`)
    .runs(`grep -qx ${name} list.txt || { echo ${name} | cat - list.txt | sort > sorted && mv sorted list.txt; }`, "ok")
    .commits(`feat: ${name}`)
    .claims("listed");
const asks = (what: string) =>
  agentScript(`Ask for the ${what}`)
    .asks(`Which ${what}?`, { options: ["one", "two"], reversible: false, as: "chosen" })
    .writes(`${what}.txt`, "{{chosen}}\n")
    .commits(`feat: ${what}`)
    .claims("asked");
/** The same look at nothing, until it is told. */
const loops = (n: number) =>
  agentScript(`Go in circles ${n}`)
    .repeats(4, { run: "cat nothing-here.txt" })
    .writes(`circle-${n}.txt`, "out\n")
    .commits(`feat: circle ${n}`)
    .claims("out of it");

const FIXED = [
  ...["alpha", "beta"].map((name) => `List ${name}`),
  ...["base", "port"].map((what) => `Ask for the ${what}`),
  ...[1, 2].map((n) => `Go in circles ${n}`),
  "Never green",
];
const ACCOUNT = "sk-dummy-key-of-the-night";
const WORDS = ["--until", "4h", "--allow-unsandboxed", "--json"];

/** What the counter makes of the exported events up to a number: it knows nothing of conductor's own fold. */
interface Count {
  readonly landed: ReadonlySet<string>;
  readonly waiting: ReadonlySet<string>;
  readonly stuck: ReadonlySet<string>;
  /** Begun, and neither ended nor waiting. */
  readonly open: ReadonlySet<string>;
  readonly usd: number;
  readonly tokensOut: number;
  readonly cards: readonly string[];
  readonly answers: number;
  readonly loops: number;
  readonly pauses: number;
  readonly red: number;
  readonly runs: number;
}

function count(events: readonly ExportedEvent[], upTo = Number.POSITIVE_INFINITY): Count {
  const task = new Map<string, string>();
  const last = new Map<string, string>();
  const stage = new Map<string, string>();
  const usage = new Map<string, { usd: number; outputTokens: number }>();
  const cards = new Map<string, string>();
  const landed = new Set<string>();
  const seen = { answers: 0, loops: 0, pauses: 0, red: 0, runs: 0 };
  for (const { seq, type, fact } of events) {
    if (seq > upTo) break;
    if (type === "attempt.started") {
      task.set(fact.attempt.id, fact.attempt.task);
      last.set(fact.attempt.task, fact.attempt.id);
      stage.set(fact.attempt.id, "claimed");
    } else if (type === "attempt.stage" || type === "attempt.ended") stage.set(fact.attempt, fact.stage);
    else if (type === "attempt.usage") usage.set(fact.attempt, fact.usage);
    else if (type === "landing.landed") landed.add(task.get(fact.attempt)!);
    else if (type === "decision.asked") cards.set(fact.decision.id, fact.decision.task);
    else if (type === "decision.closed") {
      cards.delete(fact.decision);
      seen.answers += fact.state === "answered" ? 1 : 0;
    } else if (type === "loop.noticed") seen.loops += 1;
    else if (type === "account.paused") seen.pauses += 1;
    else if (type === "gate.judged" && fact.attempt !== null) {
      seen.runs += 1;
      seen.red += ["fail", "error"].includes(fact.receipt.result) ? 1 : 0;
    }
  }
  const waiting = new Set([...cards.values()].filter((id) => !landed.has(id)));
  const of = (wanted: (at: string) => boolean): ReadonlySet<string> =>
    new Set(
      [...last].filter(([id, at]) => !landed.has(id) && !waiting.has(id) && wanted(stage.get(at)!)).map(([id]) => id),
    );
  const ends = ["landed", "no-change", "blocked", "failed", "skipped", "cancelled", "interrupted"];
  return {
    landed,
    waiting,
    stuck: of((one) => ["failed", "blocked", "no-change"].includes(one)),
    open: of((one) => !ends.includes(one) && !one.startsWith("waiting-")),
    usd: [...usage.values()].reduce((sum, one) => sum + one.usd, 0),
    tokensOut: [...usage.values()].reduce((sum, one) => sum + one.outputTokens, 0),
    cards: [...cards.keys()],
    ...seen,
  };
}

async function exported(project: Project, still: boolean): Promise<readonly ExportedEvent[]> {
  const events = await exportedEvents(project);
  const { conductor } = project;
  // The replay comes to the state that the live journal has, where that does not go on.
  const [live, replayed] = [
    await conductor("audit", "journal", "--json"),
    await conductor("audit", "journal", "log.ndjson", "--json"),
  ];
  if (still) expect(dataOf<{ state: string }>(replayed).state).toBe(dataOf<{ state: string }>(live).state);
  return events;
}

interface StatusData {
  readonly seq: number;
  readonly mood: string;
  readonly counts: {
    readonly total: number;
    readonly landed: number;
    readonly byState: Readonly<Record<string, number>>;
  };
  readonly working: readonly { readonly task: string }[];
  readonly cards: readonly { readonly id: string }[];
  readonly failed: readonly { readonly id: string }[];
  readonly costs: { readonly knownUsd: number; readonly outputTokens: number };
}

const statusOf = async ({ conductor }: Project): Promise<StatusData> =>
  dataOf<StatusData>(await conductor("status", "--json"));

/** Looks until it is in this mood. */
async function statusIn(project: Project, mood: string): Promise<StatusData> {
  for (;;) {
    const data = await statusOf(project);
    if (data.mood === mood) return data;
  }
}

/** Holds `status --json` against the counter; where nothing moves (`still`) its text, line by line, too. */
async function expectStatus(project: Project, total: number, mood: string, still: boolean): Promise<void> {
  const data = await (still ? statusOf(project) : statusIn(project, mood));
  const own = count(await exported(project, still), data.seq);
  const { byState } = data.counts;
  const sum = (...words: readonly string[]): number => words.reduce((n, word) => n + (byState[word] ?? 0), 0);
  expect(data.mood).toBe(mood);
  expect(data.counts).toMatchObject({ total, landed: own.landed.size });
  expect(sum("waiting"), "waiting").toBe(own.waiting.size);
  expect(sum("failed", "blocked", "no-change"), "stuck").toBe(own.stuck.size);
  expect(sum("working", "interrupted", "paused"), "open").toBe(own.open.size);
  expect(sum(...Object.keys(byState)), "all").toBe(total);
  expect(data.cards.map(({ id }) => id).sort()).toEqual([...own.cards].sort());
  expect(data.costs.knownUsd).toBeCloseTo(own.usd, 3);
  expect(data.costs.outputTokens).toBe(own.tokensOut);
  // Who waits is not called running.
  for (const { task } of data.working) expect(own.waiting.has(task)).toBe(false);
  if (!still) return;
  const said = await project.conductor("status", "--debug");
  expect(said.code, said.stderr).toBe(0);
  const text = said.stdout;
  const lines = text.split("\n");
  const words = {
    "not-running": "NOT RUNNING: last heard of",
    waiting: "WAITS FOR YOU",
    finished: "finished",
  };
  expect(lines[0]).toContain(words[mood as keyof typeof words]);
  expect(text).toContain(`  ${own.landed.size} of ${total} landed\n`);
  expect(text).toMatch(new RegExp(`^ {2}${own.landed.size} landed`, "m"));
  if (own.waiting.size > 0) expect(text).toMatch(new RegExp(`\\b${own.waiting.size} waits? for you`));
  if (own.open.size > 0) expect(text).toMatch(new RegExp(`\\b${own.open.size} interrupted`));
  const left = total - own.landed.size - own.waiting.size - own.open.size - own.stuck.size;
  if (left > 0) expect(text).toMatch(new RegExp(`\\b${left} to go`));
  expect(text).toContain(`Spent    $${(Math.ceil(own.usd * 100 - 1e-4) / 100).toFixed(2)}`);
  for (const id of own.cards) expect(lines.some((line) => line.startsWith(`  ${id}  `))).toBe(true);
  for (const id of own.stuck) expect(lines.some((line) => line.startsWith(`  ${id}  `))).toBe(true);
}

/** A provider that takes requests, holds them, or refuses them with a usage limit, as the test says. */
function moody(script: ReturnType<typeof scenarioModel>) {
  const play = script.lanes[0]!.turns[0] as ComputedTurn;
  let limited = false;
  let release = (): void => {};
  let held = Promise.resolve();
  const turn: ComputedTurn = async (request, context) => {
    await held;
    return limited
      ? { error: 429, message: "The account has used its limit", retryAfterSeconds: 20 }
      : play(request, context);
  };
  return {
    script: { lanes: [{ name: "night", turns: [turn], loop: true }] },
    holds() {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    refuses() {
      limited = true;
      release();
    },
    opens() {
      limited = false;
    },
  };
}

/** Whoever the provider kept waiting went on in the same attempt. */
function expectNothingCharged(events: readonly ExportedEvent[]): void {
  const stages = new Map<string, string[]>();
  for (const { type, fact } of events)
    if (type === "attempt.stage" || type === "attempt.ended")
      stages.set(fact.attempt, [...(stages.get(fact.attempt) ?? []), fact.stage]);
  const after = [...stages.values()].flatMap((all) =>
    all.flatMap((stage, at) => (stage === "paused-limit" ? [all[at + 1]] : [])),
  );
  expect(after.length).toBeGreaterThan(0);
  // One that the kill met while it waited was taken over.
  for (const stage of after) expect(["running", "preparing", "interrupted", "claimed"]).toContain(stage);
}

/**
 * Works through so many tasks: conductor is killed and gone on with, the provider takes no requests for a while and it
 * waits, two questions wait for the morning, one task never gets green. Expects that every screen tells what the counter
 * counts.
 */
export async function liveThroughNight(total: number): Promise<void> {
  const titles = [...FIXED, ...Array.from({ length: total - FIXED.length }, (_, at) => `Plain work ${at + 1}`)];
  const scenario = scenarioOf([
    listed("alpha"),
    listed("beta"),
    asks("base"),
    asks("port"),
    loops(1),
    loops(2),
    agentScript("Never green").writes("bad.txt", "bad\n").commits("feat: bad").claims("all green"),
    agentScript("Plain work")
      .runs('n=$(echo "{{title}}" | tr -dc 0-9); echo $n > "plain-$n.txt"', "ok")
      .commits("feat: {{title}}")
      .claims("done"),
  ]);
  const provider = moody(
    scenarioModel({ ...scenario, provider: [{ afterRequests: 6, status: 529, retryAfterSeconds: 1 }] }),
  );
  const server = await startModelServer(provider.script);
  const project = await makeProject(
    { "package.json": JSON.stringify({ name: "night", scripts: { lint: "[ ! -e bad.txt ]" } }), "list.txt": "omega\n" },
    null,
  );
  const { rig, git, conductor } = project;
  const account = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: ACCOUNT };
  const go = (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    rig.run("conductor", [...words, ...WORDS], { env: { ...account, ...more } });
  const states = followStates(conductor);
  try {
    await addTasks(rig, titles);
    // Evening: it runs, and is killed.
    const first = go(["run", "--auto", "--agent", "claude", "--concurrency", "3"], {
      CONDUCTOR_FAIL_AT: `after-event:${total * 5}`,
    });
    const killed = await first;
    expect(killed.code, killed.stdout + killed.stderr).toBe(137);
    await expectStatus(project, total, "not-running", true);
    // Midnight: the provider has had enough.
    provider.holds();
    const going = go(["resume"]);
    await expectStatus(project, total, "running", false);
    provider.refuses();
    await expectStatus(project, total, "paused", false);
    await expect
      .poll(async () => (await conductor("status")).stdout.split("\n")[0], { timeout: 120_000 })
      .toMatch(/PAUSED by the provider until .* \(in /);
    provider.opens();
    // Morning: it has gone on by itself, all else is done, and two questions are open.
    const waits = await going;
    expect(waits.code, waits.stdout + waits.stderr).toBe(11);
    await expectStatus(project, total, "waiting", true);
    let answered = 0;
    let last = waits;
    for (let round = 0; last.code === 11 && round < 5; round += 1) {
      const { cards } = dataOf<{ cards: readonly { id: string }[] }>(await conductor("inbox", "--json"));
      for (const { id } of cards) expect((await conductor("answer", id, "two", "--json")).code).toBe(0);
      answered += cards.length;
      last = await go(["resume"]);
    }
    // Two that were asked, and what the ladder of loops asks about the one that never gets green.
    expect(answered).toBeGreaterThanOrEqual(2);
    expect(last.code, last.stdout + last.stderr).toBe(14);
    await expectStatus(project, total, "finished", true);

    const events = await exported(project, true);
    const own = count(events);
    expect(own).toMatchObject({ waiting: new Set(), open: new Set(), answers: answered });
    expect(own.landed.size).toBe(total - 1);
    // In a short night the kill may fall into a circle, or between the two that would meet.
    const long = total > FIXED.length * 2;
    expect(own.loops).toBeGreaterThanOrEqual(long ? 2 : 1);
    if (long) expect(events.some(({ type, fact }) => type === "conflict.met" && fact.outcome !== "passed")).toBe(true);
    expectNothingCharged(events);
    // The report, as text.
    const text = (await conductor("report")).stdout;
    expect(text).toContain(`${total - 1} of ${total} tasks landed on conductor/main.`);
    expect(text).toContain("nothing was lost");
    expect(text).toMatch(new RegExp(`gates +${own.runs} runs, ${own.red} red`));
    expect(text).toMatch(
      new RegExp(`receipts +${own.landed.size} landed commits, ${own.landed.size} with receipts for exactly`),
    );
    expect(text).toContain(`$${(Math.ceil(own.usd * 100 - 1e-4) / 100).toFixed(2)}`);
    expect(text).toContain(`${answered} interventions: ${answered} answers, 0 approvals, 0 rejections`);
    expect(text).toMatch(new RegExp(`agents +${own.loops} loops? caught`));
    expect(text).toContain(" provider limit");
    expect(dataOf<{ flow: { pauses: number } }>(await conductor("report", "--json")).flow.pauses).toBe(own.pauses);
    expect(text).toContain("exit 14: 1 task not landed");
    await expectFigures(project, events);
    // git and taskwerk say the same.
    const landings = events.filter(({ type }) => type === "landing.landed");
    const commits = git(
      "log",
      "--reverse",
      "--format=%H %(trailers:key=Task,valueonly,separator=%x2c)",
      "main..conductor/main",
    ).split("\n");
    expect(commits.map((line) => line.split(" ")[0])).toEqual(landings.map(({ fact }) => fact.commit));
    expect(new Set(commits.map((line) => line.split(" ")[1]))).toEqual(own.landed);
    const tasks = await rig.data<readonly { id: string; status: string }[]>("list", "--all", "--limit", "0");
    expect(new Set(tasks.filter(({ status }) => status === "done").map(({ id }) => id))).toEqual(own.landed);
    expect(git("show", "conductor/main:list.txt")).toBe("alpha\nbeta\nomega");
    expect(git("show", "conductor/main:base.txt")).toBe("two");
    // What conductor counts is no more than what the provider handed out.
    expect(own.tokensOut).toBeLessThanOrEqual(server.state().spent.outputTokens);
    expect((await conductor("audit", "work")).code).toBe(0);
    await expectPrefixes(conductor, rig.dir, await states.end());
    execFileSync("git", ["-C", rig.dir, "fsck", "--no-dangling"], { stdio: "pipe" });
  } finally {
    await states.end().catch(() => undefined);
    await server.close();
    await rig.remove();
  }
}
