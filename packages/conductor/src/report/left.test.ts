import { expect, it } from "vitest";
import { leftOf } from "./left.ts";
import { buildReport } from "./report.ts";
import { runNow, runState } from "./sample-run.ts";

it("what is left of a run is told task by task: why, and what to type", () => {
  const left = leftOf(buildReport(runState, "run-1", { ...runNow, driven: false }), runNow.now, { zone: "UTC" });
  expect(left.map(({ id, why, command }) => [id, why, command])).toEqual([
    ["TASK-002", "interrupted", null],
    ["TASK-003", "waits for you: A1", "conductor inbox"],
    ["TASK-004", "failed: the same 2 tests are red", "conductor unblock TASK-004"],
    ["TASK-005", "waits for TASK-004", null],
    ["TASK-006", "waits for TASK-003", null],
  ]);
});

it("what somebody else has claimed is said with who it is, and until when", () => {
  const { tasks } = runNow;
  const claim = { by: "bob", lease_until: "2026-11-20T22:45:00Z" };
  const held = tasks!.map((one) => (one.id === "TASK-005" ? { ...one, claim } : one));
  const report = buildReport(runState, "run-1", { ...runNow, tasks: held, driven: false });
  const left = leftOf(report, runNow.now, { zone: "UTC" });
  expect(left.find(({ id }) => id === "TASK-005")?.why).toBe("claimed by bob until 22:45");
});
