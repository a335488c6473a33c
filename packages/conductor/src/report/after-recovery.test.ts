import type { Task } from "@taskwerk/contract/task";
import { expect, it } from "vitest";
import type { AttemptState, RunState } from "../model/state.ts";
import { afterRecovery } from "./after-recovery.ts";

const statusAfter = (task: Partial<Task>, attempt: Partial<AttemptState> | null, card = "open"): string => {
  const state = {
    attempts: new Map(attempt === null ? [] : [["a", { id: "a", landed: null, endedAt: null, ...attempt }]]),
    attemptsByTask: new Map(attempt === null ? [] : [["TASK-001", ["a"]]]),
    decisions: new Map([["A1", { state: card }]]),
  } as unknown as RunState;
  const one = { id: "TASK-001", status: "todo", status_reason: null, ...task } as Task;
  return afterRecovery(state, [one])[0]!.status;
};

it.each([
  ["it was never begun", {}, null, "open", "todo"],
  ["it had landed, and taskwerk was not told", { status: "review" }, { landed: {} }, "open", "done"],
  [
    "it waited for people when the end came",
    { status: "blocked", status_reason: "waits for A1: x" },
    {},
    "open",
    "todo",
  ],
  [
    "it was put down, and nobody has spoken",
    { status: "blocked", status_reason: "waits for A1: x" },
    { endedAt: "2026-01-01T00:00:00Z", stage: "interrupted", reason: "waits for A1" },
    "open",
    "blocked",
  ],
  [
    "it was put down, and somebody has spoken",
    { status: "blocked", status_reason: "waits for A1: x" },
    { endedAt: "2026-01-01T00:00:00Z", stage: "interrupted", reason: "waits for A1" },
    "approved",
    "todo",
  ],
  ["somebody blocked it", { status: "blocked", status_reason: "no" }, {}, "open", "blocked"],
] as const)("where %s", (_, task, attempt, card, expected) => {
  expect(statusAfter(task as Partial<Task>, attempt as Partial<AttemptState> | null, card)).toBe(expected);
});
