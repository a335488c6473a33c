import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "./event.ts";
import {
  eventsOf,
  failedPlanning,
  landedStory,
  sampleAttempt,
  sampleDecision,
  sampleReceipt,
  sampleSession,
  undoneStory,
} from "./sample-facts.ts";
import {
  applyEvent,
  attemptsOf,
  emptyState,
  foldEvents,
  nextDecisionId,
  nextRollbackId,
  nextSessionId,
  receiptsOf,
  replacementOf,
  stateHash,
  unfinishedSessions,
} from "./state.ts";

const STAGES = ["running", "gating", "rework", "waiting-answer", "landed", "failed"] as const;

/** Facts in any order, also ones that make no sense: the fold must stand them. */
const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.constantFrom("run-1", "run-2").map((id): Fact => ({ type: "session.started", session: sampleSession({ id }) })),
  fc
    .constantFrom("active", "paused", "completed")
    .map((status): Fact => ({ type: "session.status", session: "run-1", status, reason: null })),
  fc
    .tuple(fc.constantFrom("TASK-001", "TASK-002", "__proto__"), fc.integer({ min: 1, max: 2 }))
    .map(([task, n]): Fact => ({ type: "attempt.started", attempt: sampleAttempt(task, n), token: "t" })),
  fc
    .tuple(fc.constantFrom("run-1/TASK-001/1", "run-1/TASK-002/1", "nobody"), fc.constantFrom(...STAGES))
    .map(([attempt, stage]): Fact => ({ type: "attempt.stage", attempt, stage, reason: null })),
  fc
    .constantFrom<Fact>(
      { type: "session.limits", session: "run-1", budgetUsd: 70, budgetTokens: null, until: null, by: "ada" },
      {
        type: "account.paused",
        session: "run-1",
        account: "API key ...7Qf2",
        until: "2026-11-21T03:20:00Z",
        reason: "429",
      },
      { type: "account.continued", session: "run-1", account: "API key ...7Qf2", by: "ada" },
      { type: "task.paused", task: "TASK-001", reason: "later", by: "ada" },
      { type: "task.continued", task: "TASK-001", by: "ada" },
      {
        type: "budget.reached",
        session: "run-1",
        scope: "session",
        level: "warn",
        limitUsd: 60,
        limitTokens: null,
        text: "80 % of $60.00",
      },
    )
    .map((fact) => fact),
  fc.constantFrom("Q1", "A1", "A2").map((id): Fact => ({ type: "decision.asked", decision: sampleDecision(id) })),
  fc
    .constantFrom("Q1", "A1")
    .map((decision): Fact => ({ type: "decision.closed", decision, state: "approved", answer: null, by: "ada" })),
  fc.tuple(fc.constantFrom("r1", "r2"), fc.constantFrom("pass", "fail", "not-run")).map(
    ([id, result]): Fact => ({
      type: "gate.judged",
      attempt: "run-1/TASK-001/1",
      session: "run-1",
      receipt: sampleReceipt(id, { result }),
    }),
  ),
  fc.constantFrom(failedPlanning(), ...landedStory("TASK-001")),
);

describe("the fold over the journal", () => {
  it("gives the same in pieces as at once, wherever it is cut", () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 5 }), (facts, cuts) => {
        const events = eventsOf(facts);
        const whole = foldEvents(events);
        const edges = [0, ...[...cuts].sort((a, b) => a - b), events.length];
        const pieces = edges.map((from, i) => events.slice(from, edges[i + 1] ?? from));
        const inPieces = pieces.reduce((state, piece) => foldEvents(piece, state), emptyState());
        const oneByOne = events.reduce(applyEvent, emptyState());
        expect(stateHash(inPieces)).toBe(stateHash(whole));
        expect(stateHash(oneByOne)).toBe(stateHash(whole));
        expect(stateHash(foldEvents(events, whole))).toBe(stateHash(whole));
      }),
    );
  });

  it("never changes the state it starts from", () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 30 }), fc.array(anyFact, { maxLength: 30 }), (first, more) => {
        const events = eventsOf([...first, ...more]);
        const before = foldEvents(events.slice(0, first.length));
        const hash = stateHash(before);
        foldEvents(events.slice(first.length), before);
        expect(stateHash(before)).toBe(hash);
      }),
    );
  });

  it("counts rounds, reds, loops and the time in each stage of an attempt that landed", () => {
    const state = foldEvents(
      eventsOf([{ type: "session.started", session: sampleSession() }, ...landedStory("TASK-001")]),
    );
    const [attempt] = attemptsOf(state, "TASK-001");
    expect(attempt).toMatchObject({
      stage: "landed",
      gateRounds: 2,
      reds: 1,
      loops: 1,
      end: "done",
      process: null,
      closed: true,
      landed: { commit: "TASK-001-commit", tree: "TASK-001-tree" },
      interactions: { assignment: 1, completion: 1 },
      spentMs: { claimed: 3 * 60_000, running: 7 * 60_000, gating: 4 * 60_000, rework: 60_000 },
    });
    expect(receiptsOf(state, attempt!.id).map(({ result }) => result)).toEqual(["fail", "pass"]);
    expect(state.landings).toMatchObject([{ seq: 19, task: "TASK-001", commit: "TASK-001-commit" }]);
  });

  it("counts one red a round however many gates are red in it", () => {
    const attempt = "run-1/TASK-001/1";
    const judged = (id: string): Fact => ({
      type: "gate.judged",
      attempt,
      session: "run-1",
      receipt: sampleReceipt(id, { result: "fail" }),
    });
    const gating: Fact = { type: "attempt.stage", attempt, stage: "gating", reason: null };
    const rework: Fact = { type: "attempt.stage", attempt, stage: "rework", reason: null };
    const start: Fact = { type: "attempt.started", attempt: sampleAttempt("TASK-001"), token: "t" };
    const state = foldEvents(eventsOf([start, gating, judged("a"), judged("b"), rework, gating, judged("c")]));
    expect(state.attempts.get(attempt)).toMatchObject({ gateRounds: 2, reds: 2 });
  });

  it("counts a landing once, also when recovery reports it again", () => {
    const story = landedStory("TASK-001");
    const again = story.find((fact) => fact.type === "landing.landed")!;
    expect(foldEvents(eventsOf([...story, again])).landings).toHaveLength(1);
  });

  it("has the options that a session goes on with", () => {
    const { options } = sampleSession();
    const start: Fact = { type: "session.started", session: sampleSession() };
    const go = { type: "session.status", session: "run-1", status: "active", reason: null } as const;
    const until = "2026-11-21T07:00:00.000Z";
    const state = foldEvents(eventsOf([start, { ...go, options: { ...options, until } }, go]));
    expect(state.sessions.get("run-1")?.options).toEqual({ ...options, until });
  });

  it("forgets a stop request when the session is active again", () => {
    const start: Fact = { type: "session.started", session: sampleSession() };
    const stop: Fact = { type: "session.stop-requested", session: "run-1", mode: "turn", reason: null, by: "ada" };
    const go: Fact = { type: "session.status", session: "run-1", status: "active", reason: null };
    expect(foldEvents(eventsOf([start, stop])).sessions.get("run-1")?.stop).toMatchObject({ mode: "turn", by: "ada" });
    expect(foldEvents(eventsOf([start, stop, go])).sessions.get("run-1")?.stop).toBeNull();
    expect(unfinishedSessions(foldEvents(eventsOf([start, stop])))).toHaveLength(1);
  });
});

describe("ids", () => {
  it("go on from the highest that was ever given, each kind for itself", () => {
    const state = foldEvents(
      eventsOf([
        { type: "session.started", session: sampleSession({ id: "run-9" }) },
        { type: "decision.asked", decision: sampleDecision("Q3") },
        { type: "decision.asked", decision: sampleDecision("A10") },
        { type: "decision.asked", decision: sampleDecision("A2") },
      ]),
    );
    expect([nextSessionId(state), nextDecisionId(state, "question"), nextDecisionId(state, "approval")]).toEqual([
      "run-10",
      "Q4",
      "A11",
    ]);
    expect([nextSessionId(emptyState()), nextDecisionId(emptyState(), "question")]).toEqual(["run-1", "Q1"]);
  });

  it("name what came in place of a void approval", () => {
    const state = foldEvents(
      eventsOf([
        { type: "decision.asked", decision: sampleDecision("A2") },
        { type: "decision.asked", decision: sampleDecision("A3", { task: "TASK-002" }) },
        { type: "decision.asked", decision: sampleDecision("A5") },
      ]),
    );
    expect(replacementOf(state, "A2")?.id).toBe("A5");
    expect(replacementOf(state, "A5")).toBeNull();
    expect(replacementOf(state, "A9")).toBeNull();
  });
});

describe("work that was taken back", () => {
  const before: readonly Fact[] = [
    { type: "session.started", session: sampleSession() },
    ...landedStory("TASK-001"),
    ...landedStory("TASK-002"),
  ];

  it("counts as landed nowhere, and is known as undone", () => {
    const facts = [...before, ...undoneStory("TASK-002")];
    const state = foldEvents(eventsOf(facts));
    expect(state.landings.map(({ task }) => task)).toEqual(["TASK-001"]);
    const [attempt] = attemptsOf(state, "TASK-002");
    expect(attempt).toMatchObject({
      stage: "rolled-back",
      landed: null,
      closed: false,
      reason: "undone by ada (undo-1)",
    });
    expect(state.rollbacks).toMatchObject([{ id: "undo-1", landed: true, reopened: ["TASK-002"] }]);
    expect(nextRollbackId(state)).toBe("undo-2");
  });

  it("still counts as long as it is only intended", () => {
    const state = foldEvents(eventsOf([...before, ...undoneStory("TASK-002").slice(0, 1)]));
    expect(state.landings).toHaveLength(2);
    expect(state.rollbacks).toMatchObject([{ landed: false, reopened: [] }]);
  });
});

describe("plannings", () => {
  const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, usd: 0.1 };
  const saved = (status: "draft" | "reviewing" | "imported", metadata: Readonly<Record<string, unknown>>): Fact => ({
    type: "plan.saved",
    plan: "billing",
    sourceFile: "billing.md",
    file: "billing.yaml",
    status,
    metadata,
  });

  it("are remembered with what they used, also those of before that nobody counted and those that failed", () => {
    const state = foldEvents(
      eventsOf([
        failedPlanning(),
        saved("draft", { usage }),
        saved("draft", { usage, calls: 5, paidBy: "API key ...7Qf2" }),
        saved("imported", { usage: null }),
        saved("imported", { usage: { usd: "a lot" } }),
      ]),
    );
    expect(state.plannings.map(({ plan, calls, paidBy, usage: { usd } }) => [plan, calls, paidBy, usd])).toEqual([
      [null, 2, "API key ...7Qf2", 0.04],
      ["billing", null, null, 0.1],
      ["billing", 5, "API key ...7Qf2", 0.1],
    ]);
    expect(state.plans.get("billing")?.drafts).toBe(2);
  });
});
