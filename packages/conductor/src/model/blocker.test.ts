import { expect, it } from "vitest";
import { kindOfReason, tasksNamed } from "./blocker.ts";

it.each([
  ["I have no API key for the payment service", "needs-access"],
  ["TASK-012 has to land first", "needs-task"],
  ["the users table is not there", "needs-task"],
  ["docker is not installed here", "needs-environment"],
  ["R4 and R7 contradict each other", "contradiction"],
  ["this is too large for one change", "too-large"],
  ["Which of the two formats?", "needs-decision"],
  ["hm", "other"],
])("%s: %s", (reason, kind) => expect(kindOfReason(reason)).toBe(kind));

it("finds the tasks that a reason names, each once", () => {
  expect(tasksNamed("needs TASK-002.1 and TASK-003, not TASK-003 alone; see R4")).toEqual(["TASK-002.1", "TASK-003"]);
});
