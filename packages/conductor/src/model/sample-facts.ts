/** Facts to build on in tests: a session, attempts, receipts, decisions that are complete and plausible. */
import type { Decision } from "./decision.ts";
import type { Fact, JournalEvent } from "./event.ts";
import type { Receipt } from "./gate.ts";
import type { Attempt, Session } from "./run.ts";

export const TREE = "a".repeat(40);
const START = "2026-11-20T21:43:00.000Z";

export const sampleSession = (over: Partial<Session> = {}): Session => ({
  id: "run-1",
  status: "active",
  reason: null,
  startedAt: START,
  endedAt: null,
  repository: "/home/ada/billing",
  target: "refs/heads/main",
  targetCommit: "3f9c2d1".padEnd(40, "0"),
  integration: "refs/heads/conductor/main",
  startCommit: "3f9c2d1".padEnd(40, "0"),
  sandbox: "full",
  paidBy: "API key ...7Qf2",
  options: {
    agent: "claude",
    tasks: "todo",
    maxTasks: null,
    concurrency: 3,
    requireTests: true,
    budgetUsd: 60,
    until: null,
    auto: true,
    waitMs: 0,
  },
  ...over,
});

export const sampleAttempt = (task: string, n = 1, over: Partial<Attempt> = {}): Attempt => ({
  id: `run-1/${task}/${n}`,
  session: "run-1",
  task,
  title: `Title of ${task}`,
  n,
  fence: n,
  agent: "claude",
  stage: "claimed",
  base: "3f9c2d1".padEnd(40, "0"),
  workspace: null,
  branch: null,
  process: null,
  startedAt: START,
  endedAt: null,
  end: null,
  work: null,
  landed: null,
  reason: null,
  usage: null,
  gateRounds: 0,
  reds: 0,
  loops: 0,
  ...over,
});

export const sampleReceipt = (id: string, over: Partial<Receipt> = {}): Receipt => ({
  id,
  tree: TREE,
  gate: "test",
  kind: "test",
  phase: "merged",
  required: true,
  command: "npm test",
  configHash: "b".repeat(64),
  result: "pass",
  reason: null,
  counts: { total: 31, passed: 31, failed: 0, skipped: 0 },
  coverage: null,
  failures: [],
  excerpt: "31 passed",
  logPath: "/home/ada/billing/.conductor/logs/1.log",
  logSha256: "d".repeat(64),
  sandbox: "full",
  at: START,
  durationMs: 1200,
  ...over,
});

export const sampleDecision = (id: string, over: Partial<Decision> = {}): Decision => ({
  id,
  kind: id.startsWith("Q") ? "question" : "approval",
  session: "run-1",
  task: "TASK-001",
  attempt: "run-1/TASK-001/1",
  askers: [{ task: over.task ?? "TASK-001", attempt: over.attempt ?? "run-1/TASK-001/1" }],
  plan: null,
  text: "Round per line or on the total?",
  options: ["per line, half even", "on the total, half up"],
  recommended: "per line, half even",
  reversible: true,
  evidence: [],
  tree: id.startsWith("A") ? TREE : null,
  base: null,
  deadline: null,
  onExpiry: "park",
  askedAt: START,
  state: "open",
  answer: null,
  answeredBy: null,
  answeredAt: null,
  kept: null,
  remembered: [],
  ...over,
});

/** Facts as events, one minute apart from 21:43 on; hashes are made up. */
export const eventsOf = (facts: readonly Fact[], stepMs = 60_000): readonly JournalEvent[] =>
  facts.map((fact, i) => ({
    ...fact,
    seq: i + 1,
    at: new Date(Date.parse(START) + i * stepMs).toISOString(),
    hash: String(i + 1).padStart(64, "0"),
  }));

/** What a model was asked for came to nothing, at a price. */
export const failedPlanning = (
  over: Partial<Extract<Fact, { readonly type: "planning.failed" }>> = {},
): Extract<Fact, { readonly type: "planning.failed" }> => ({
  type: "planning.failed",
  sourceFile: "billing.md",
  planner: "claude-api, claude-opus-5-5",
  usage: { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 5000, cacheWriteTokens: 100, usd: 0.04 },
  calls: 2,
  paidBy: "API key ...7Qf2",
  reason: "it was stopped",
  ...over,
});

/** One task's story from its claim to its landing: one red round, a loop, a repaired round. */
export const landedStory = (task: string, n = 1): readonly Fact[] => {
  const attempt = `run-1/${task}/${n}`;
  const receipts = [`${task}-r1`, `${task}-r2`];
  const merge = {
    ref: "refs/heads/conductor/main",
    commit: `${task}-commit`,
    tree: `${task}-tree`,
    receipts: [receipts[1]!],
  };
  return [
    { type: "attempt.started", attempt: sampleAttempt(task, n), token: "secret-token" },
    {
      type: "attempt.prepared",
      attempt,
      workspace: "/state/ws",
      branch: `feature/${task}`,
      base: "base",
      briefSha256: "e".repeat(64),
    },
    { type: "interaction", attempt, kind: "assignment", content: "Do it." },
    { type: "attempt.stage", attempt, stage: "running", reason: null },
    { type: "attempt.spawned", attempt, process: { pid: 4242, startTime: "999" } },
    { type: "loop.noticed", attempt, rule: "same-error", rung: "nudge", evidence: "3 times" },
    { type: "interaction", attempt, kind: "completion", content: "all tests pass" },
    {
      type: "attempt.usage",
      attempt,
      usage: { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 5000, cacheWriteTokens: 100, usd: 1.02 },
    },
    { type: "attempt.agent-ended", attempt, reason: "done", error: null },
    { type: "attempt.bundled", attempt, commit: "work", tree: `${task}-tree`, ref: `refs/conductor/work/${task}` },
    { type: "attempt.stage", attempt, stage: "gating", reason: null },
    {
      type: "gate.judged",
      attempt,
      session: "run-1",
      receipt: sampleReceipt(receipts[0]!, {
        tree: `${task}-old`,
        result: "fail",
        reason: "2 tests failed",
        failures: ["rounds half even", "sums"],
        counts: { total: 31, passed: 29, failed: 2, skipped: 0 },
      }),
    },
    { type: "attempt.stage", attempt, stage: "rework", reason: "2 tests were red" },
    { type: "attempt.stage", attempt, stage: "gating", reason: null },
    {
      type: "gate.judged",
      attempt,
      session: "run-1",
      receipt: sampleReceipt(receipts[1]!, { tree: `${task}-tree` }),
    },
    { type: "attempt.stage", attempt, stage: "landing", reason: null },
    { type: "landing.intended", attempt, from: "tip", ...merge },
    { type: "landing.landed", attempt, ...merge },
    { type: "task.closed", attempt, task },
    { type: "attempt.ended", attempt, stage: "landed", reason: null },
  ];
};

/** What had landed of these tasks is taken back, the last first, and they are open again. */
export const undoneStory = (...tasks: readonly string[]): readonly Fact[] => [
  {
    type: "rollback.intended",
    rollback: "undo-1",
    by: "ada",
    ref: "refs/heads/conductor/main",
    from: `${tasks[0]}-commit`,
    commit: `${tasks.at(-1)}-revert`,
    tree: TREE,
    receipts: [`${tasks[0]}-r2`],
    reverts: tasks.map((task) => ({
      task,
      attempt: `run-1/${task}/1`,
      session: "run-1",
      landing: `${task}-commit`,
      commit: `${task}-revert`,
    })),
  },
  { type: "rollback.landed", rollback: "undo-1" },
  ...tasks.map((task): Fact => ({ type: "task.reopened", rollback: "undo-1", task })),
];
