import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Journal, openJournal } from "../journal/journal.ts";
import type { AgentAdapter, AgentInfo } from "../model/agent.ts";
import { sampleAttempt, sampleSession } from "../model/sample-facts.ts";
import type { RunContext } from "./context.ts";
import { climb } from "./loop-ladder.ts";
import { makePurse, type Purse } from "./purse.ts";
import type { SplitTask } from "./split-task.ts";

let dir: string;
let journal: Journal;
let purse: Purse;
const attempt = "run-1/TASK-001/1";
const NOTICE = { rule: "same-result", evidence: "bash ls was done 4 times with the same result." } as const;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "ladder-"));
  journal = await openJournal(dir, { now: () => new Date(), create: true });
  await journal.append([
    { type: "session.started", session: sampleSession() },
    { type: "attempt.started", attempt: sampleAttempt("TASK-001"), token: "t" },
  ]);
});
const purseOf = (usd: number | null): Purse =>
  makePurse({
    session: "run-1",
    limits: { task: NO_LIMIT, plan: NO_LIMIT, session: { usd, tokens: null }, day: NO_LIMIT },
    places: 1,
    priced: true,
    warnAt: 0.8,
    spent: [],
    reached: [],
    now: () => new Date(),
    onReached: () => undefined,
  });
const NO_LIMIT = { usd: null, tokens: null };

beforeEach(() => {
  purse = purseOf(null);
});
afterEach(async () => {
  await journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const agentOf = (usage: AgentInfo["features"]["usage"], ready = true): AgentAdapter =>
  ({
    id: "other",
    kind: "command",
    probe: async () => ({ ready, problem: ready ? null : "it is not installed", features: { usage } }),
  }) as unknown as AgentAdapter;

/** The rungs that are taken one after the other, and what the last one could not. */
async function rungs(
  count: number,
  { otherAgent = null, splitTask = null }: { otherAgent?: AgentAdapter | null; splitTask?: SplitTask | null },
  { mayGoOn = true, hears = true }: { mayGoOn?: boolean; hears?: boolean } = {},
) {
  const notes: string[] = [];
  const context = {
    journal,
    otherAgent,
    splitTask,
    session: sampleSession(),
    purse,
    settings: { decisionMs: 60_000, onExpiry: { approval: "deny", question: "safe-default" } },
    now: () => new Date(),
    newId: () => "1",
    tasks: { note: async (_: string, text: string) => void notes.push(text) },
  } as unknown as RunContext;
  const looping = {
    attempt,
    task: { id: "TASK-001", title: "Sum" },
    mayGoOn,
    agent: "claude",
    nudge: async () => hears,
  };
  const taken: string[] = [];
  for (let i = 0; i < count; i += 1) taken.push((await climb(context, looping, NOTICE)).rung);
  const state = await journal.state();
  return { taken, notes, skipped: state.loops.at(-1)!.skipped, cards: [...state.decisions.values()] };
}

it("goes up rung by rung, each once, and ends with people", async () => {
  const splitTask: SplitTask = async () => ({
    kind: "split",
    planner: "outline",
    titles: ["Do $(id)\nand `x`", "B"],
    usage: null,
  });
  const { taken, notes, cards } = await rungs(5, { otherAgent: agentOf("tokens+cost"), splitTask });
  expect(taken).toEqual(["nudge", "fresh", "other-agent", "split", "blocked"]);
  expect(notes[0]).toContain("taskwerk add 'Do $(id) and `x`' --parent TASK-001");
  expect(cards.map(({ kind }) => kind)).toEqual(["question", "question"]);
  expect(cards[1]!.evidence).toContain(
    "tried: it was told, it began anew with a fresh context, another agent took it, a split was proposed",
  );
});

it("passes over an agent that cannot be spoken to, one that is not ready, and a task without parts, and says so", async () => {
  const splitTask: SplitTask = async () => ({
    kind: "none",
    why: "the planner outline sees no parts in it",
    usage: null,
  });
  const { taken, skipped } = await rungs(2, { otherAgent: agentOf("tokens", false), splitTask }, { hears: false });
  expect(taken).toEqual(["fresh", "blocked"]);
  expect(skipped).toEqual([
    "other-agent: other is not ready: it is not installed",
    "split: the planner outline sees no parts in it",
  ]);
});

it("starts nothing that the budget could not hold, and nothing more where no try is left", async () => {
  expect((await rungs(3, { otherAgent: agentOf("none") })).skipped[0]).toContain("the budget could not hold it");
  await journal.append([{ type: "hint.given", task: "TASK-001", text: "again", by: "ada" }]);
  // One without a price would count as nothing.
  expect((await rungs(3, { otherAgent: agentOf("tokens") })).skipped[0]).toContain("the budget could not hold it");
  const { taken } = await rungs(1, {}, { mayGoOn: false });
  expect(taken).toEqual(["blocked"]);
});

it("begins at the lowest rung again once a person has said something", async () => {
  expect((await rungs(2, {})).taken).toEqual(["nudge", "fresh"]);
  await journal.append([{ type: "hint.given", task: "TASK-001", text: "look at a.ts", by: "ada" }]);
  expect((await rungs(1, {})).taken).toEqual(["nudge"]);
});

it("begins at the lowest rung again once a person has undone the work", async () => {
  expect((await rungs(2, {})).taken).toEqual(["nudge", "fresh"]);
  const reverts = [{ task: "TASK-001", attempt, session: "run-1", landing: "a1", commit: "b1" }];
  const commit = { ref: "refs/heads/conductor/main", from: "a1", commit: "b1", tree: "t1", receipts: [] };
  await journal.append([{ ...commit, type: "landing.landed", attempt, commit: "a1" }]);
  await journal.append([{ type: "rollback.intended", rollback: "undo-1", by: "ada", ...commit, reverts }]);
  await journal.append([{ type: "rollback.landed", rollback: "undo-1" }]);
  expect((await rungs(1, {})).taken).toEqual(["nudge"]);
});

it("asks no planner that the budget could not pay, and tells one what it may cost", async () => {
  const asked: (number | null)[] = [];
  const splitTask: SplitTask = async (_, __, usd) => {
    asked.push(usd);
    return { kind: "none", why: "it sees no parts", usage: null };
  };
  purse = purseOf(2);
  await rungs(1, { splitTask }, { mayGoOn: false, hears: false });
  expect(asked).toEqual([2]);
  purse.settle(attempt, { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, usd: 2 });
  await journal.append([{ type: "hint.given", task: "TASK-001", text: "again", by: "ada" }]);
  const { skipped } = await rungs(1, { splitTask }, { mayGoOn: false, hears: false });
  expect(skipped).toContain("split: the budget of $2.00 is used up");
  expect(asked).toEqual([2]);
});
