import { expect, it } from "vitest";
import { eventsOf, failedPlanning, sampleAttempt, sampleReceipt, sampleSession } from "../../model/sample-facts.ts";
import { foldEvents } from "../../model/state.ts";
import { lineOf } from "./event-lines.ts";

it("names the rung that settled a conflict, the one that could not and why, and tests that were flaky", () => {
  const attempt = sampleAttempt("TASK-001");
  const met = {
    type: "conflict.met",
    attempt: attempt.id,
    tip: "t",
    work: "w",
    paths: ["go.sum"],
    tree: null,
  } as const;
  const receipt = sampleReceipt("r1", { flaky: ["sums", "rounds"] });
  const events = eventsOf([
    { type: "session.started", session: sampleSession() },
    { type: "attempt.started", attempt, token: "t" },
    { ...met, rung: "lockfiles", outcome: "passed", detail: "npm is not there" },
    { ...met, rung: "recorded", outcome: "settled", detail: "as in TASK-002 (c0ffee1)", tree: "x" },
    { type: "gate.judged", attempt: attempt.id, session: "run-1", receipt },
  ]);
  const state = foldEvents(events);
  expect(state.conflicts.map(({ rung, outcome }) => `${rung} ${outcome}`)).toEqual([
    "lockfiles passed",
    "recorded settled",
  ]);
  expect(events.slice(2).map((event) => lineOf(event, state))).toEqual([
    'conflict TASK-001 rung=lockfiles passed in="go.sum" "npm is not there"',
    'conflict TASK-001 rung=recorded settled in="go.sum" "as in TASK-002 (c0ffee1)"',
    'gate TASK-001 gate=test phase=merged result=pass failed=0 of=31 flaky="sums, rounds"',
  ]);
});

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

it("names the tests that are red, and says how much is covered", () => {
  const attempt = sampleAttempt("TASK-001");
  const lineFor = (of: Parameters<typeof sampleReceipt>[1]): string | null => {
    const events = eventsOf([
      { type: "session.started", session: sampleSession() },
      { type: "attempt.started", attempt, token: "t" },
      { type: "gate.judged", attempt: attempt.id, session: "run-1", receipt: sampleReceipt("r1", of) },
    ]);
    return lineOf(events[2]!, foldEvents(events));
  };
  const red = { result: "fail", counts: { total: 9, passed: 4, failed: 5, skipped: 0 } } as const;
  expect(lineFor({ ...red, failures: ["a > one", "b", "c", "d", "e"] })).toBe(
    'gate TASK-001 gate=test phase=merged result=fail failed=5 of=9 tests="a > one, b, c, and 2 more"',
  );
  const coverage = { linesTotal: 6, linesCovered: 5, percent: 83.33 };
  expect(lineFor({ gate: "coverage", kind: "coverage", counts: null, coverage })).toBe(
    "gate TASK-001 gate=coverage phase=merged result=pass covered=83.33%",
  );
});

it("says what planning has cost that came to nothing", () => {
  const events = eventsOf([
    failedPlanning(),
    failedPlanning({ usage: { ...failedPlanning().usage, usd: null }, reason: "the plan breaks rules" }),
  ]);
  expect(events.map((event) => lineOf(event, foldEvents(events)))).toEqual([
    'planning-failed "billing.md" planner="claude-api, claude-opus-5-5" cost=$0.04 "it was stopped"',
    'planning-failed "billing.md" planner="claude-api, claude-opus-5-5" cost=unknown "the plan breaks rules"',
  ]);
});
