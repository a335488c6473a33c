import { expect, it } from "vitest";
import { eventsOf, sampleAttempt, sampleReceipt, sampleSession } from "../../model/sample-facts.ts";
import { foldEvents } from "../../model/state.ts";
import { lineOf } from "./event-lines.ts";

it("says of each receipt once what it says, however often it counts", () => {
  const attempt = sampleAttempt("TASK-001");
  const judged = { type: "gate.judged", attempt: attempt.id, session: "run-1", receipt: sampleReceipt("r1") } as const;
  const events = eventsOf([
    { type: "session.started", session: sampleSession() },
    { type: "attempt.started", attempt, token: "t" },
    judged,
    judged,
  ]);
  const state = foldEvents(events);
  expect(events.slice(2).map((event) => lineOf(event, state))).toEqual([
    "gate TASK-001 gate=test phase=merged result=pass failed=0 of=31",
    null,
  ]);
});
