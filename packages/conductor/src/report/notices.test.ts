import { describe, expect, it } from "vitest";
import type { Fact } from "../model/event.ts";
import { sampleAttempt, sampleDecision, sampleSession } from "../model/sample-facts.ts";
import { foldEvents } from "../model/state.ts";
import { noticeOf } from "./notices.ts";

const event = (seq: number, fact: Fact) => ({ ...fact, seq, at: "2026-11-20T22:00:00Z", hash: "" });
const BEGUN: readonly Fact[] = [
  { type: "session.started", session: sampleSession() },
  { type: "attempt.started", attempt: sampleAttempt("TASK-001"), token: "t" },
];
const told = (...facts: readonly Fact[]) => {
  const events = [...BEGUN, ...facts].map((fact, at) => event(at + 1, fact));
  return noticeOf(events.at(-1)!, foldEvents(events), "billing");
};
const asked = (over: Parameters<typeof sampleDecision>[1]): Fact => ({
  type: "decision.asked",
  decision: sampleDecision("Q1", {
    ...{ state: "open", task: "TASK-001", attempt: "run-1/TASK-001/1", text: "Which colour?" },
    ...over,
  }),
});
const ended = (status: "completed" | "paused" | "failed", reason: string | null): Fact => ({
  type: "session.ended",
  ...{ session: "run-1", status, reason, metrics: {} },
});

describe("what people are told", () => {
  it("is each card that waits for them, and not what was taken for granted", () => {
    expect(told(asked({}))).toEqual({
      key: "run-1 Q1",
      title: "billing: question Q1 waits for you",
      text: "[billing run-1] Q1 frees 1 task: Which colour? 1 per line, half even (recommended) 2 on the total, half up Answer: conductor answer Q1 1",
      urgent: false,
    });
    expect(told(asked({ kind: "approval" }))?.title).toBe("billing: approval Q1 waits for you");
    expect(
      told(asked({ onExpiry: "safe-default" }), {
        type: "decision.closed",
        ...{ decision: "Q1", state: "expired", answer: null, by: "conductor" },
      }),
    ).toBeNull();
    // One more that asks the same is no news: there is nothing more to answer.
    const joined: Fact = { type: "decision.joined", decision: "Q1", task: "TASK-002", attempt: "run-1/TASK-002/1" };
    expect(told(asked({}), joined)).toBeNull();
  });
  it("is how a run ended or why it does not go on, with what landed and what waits", () => {
    const landed: Fact = {
      type: "landing.landed",
      ...{ attempt: "run-1/TASK-001/1", ref: "refs/heads/conductor/main", commit: "c", tree: "t", receipts: [] },
    };
    expect(told(landed, ended("completed", null))).toMatchObject({
      title: "billing: run-1 has ended",
      text: "1 task landed\n\nconductor report",
      urgent: true,
    });
    expect(told(asked({}), ended("paused", "the budget of $5.00 is used up"))).toMatchObject({
      title: "billing: run-1 is paused",
      text: "0 tasks landed, 1 card waits for you\nthe budget of $5.00 is used up\n\nconductor inbox",
    });
    expect(told(ended("failed", "401"))?.title).toBe("billing: run-1 has failed");
  });
  it("is nothing else", () => {
    expect(
      told(...BEGUN.slice(0, 0), { type: "task.closed", attempt: "run-1/TASK-001/1", task: "TASK-001" }),
    ).toBeNull();
  });
});
