import { expect, it } from "vitest";
import { leftOf } from "./left.ts";
import { buildReport } from "./report.ts";
import { runNow, runState } from "./sample-run.ts";

it("what is left of a run is told task by task: why, and what to type", () => {
  const left = leftOf(buildReport(runState, "run-1", { ...runNow, driven: false }));
  expect(left.map(({ id, why, command }) => [id, why, command])).toEqual([
    ["TASK-002", "interrupted", null],
    ["TASK-003", "waits for you: A1", "conductor inbox"],
    ["TASK-004", "failed: the same 2 tests are red", "conductor unblock TASK-004"],
    ["TASK-005", "waits for TASK-004", null],
    ["TASK-006", "waits for TASK-003", null],
  ]);
});
