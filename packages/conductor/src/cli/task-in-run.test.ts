import { expect, it } from "vitest";
import { sampleAttempt } from "../model/sample-facts.ts";
import { type AttemptState, emptyState, type RunState } from "../model/state.ts";
import { workInRun } from "./task-in-run.ts";

const attempt = { ...sampleAttempt("TASK-001", 1, {}), work: null } as unknown as AttemptState;
const state: RunState = {
  ...emptyState(),
  attempts: new Map([[attempt.id, attempt]]),
  attemptsByTask: new Map([["TASK-001", [attempt.id]]]),
};

it("work that could only be saved is not called nothing, and the way to it is named", () => {
  const saved = { at: "", attempt: attempt.id, ref: "refs/conductor/salvage/TASK-001/1", commit: "a".repeat(40) };
  expect(() => workInRun({ ...state, salvage: [saved] }, "1")).toThrow(
    expect.objectContaining({
      code: "GIT_REF_NOT_FOUND",
      message: expect.stringContaining("it is saved"),
      hint: expect.stringContaining("conductor salvage restore TASK-001/1"),
    }),
  );
});

it("an agent that made nothing has made nothing", () => {
  expect(() => workInRun(state, "TASK-001")).toThrow("no agent has committed anything for TASK-001");
});
