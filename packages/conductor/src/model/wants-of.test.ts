import { describe, expect, it } from "vitest";
import { refuseUnknown, wantsOf } from "./wants-of.ts";

describe("--tasks", () => {
  const wanted = (tasks: string): readonly string[] =>
    ["TASK-001", "TASK-001.2", "TASK-010", "TASK-2"].filter((id) => wantsOf(tasks)({ id }));
  it("means all when it is empty or todo", () => {
    expect(wanted("").length).toBe(4);
    expect(wanted("todo").length).toBe(4);
  });
  it("takes ids in every spelling, and what is under them", () => {
    expect(wanted("TASK-1, 002")).toEqual(["TASK-001", "TASK-001.2", "TASK-2"]);
    expect(wanted("1.2")).toEqual(["TASK-001.2"]);
  });
  it("refuses what is no id", () => {
    expect(() => wantsOf("TASK-1,frob")).toThrow(expect.objectContaining({ code: "INVALID_QUERY", given: "frob" }));
  });
  it("refuses ids that no task has, with those that are open", () => {
    const there = [
      { id: "TASK-001", status: "done" },
      { id: "TASK-002.1", status: "todo" },
      { id: "TASK-010", status: "blocked" },
    ] as const;
    refuseUnknown("1,TASK-002", there);
    refuseUnknown("todo", []);
    refuseUnknown("", []);
    expect(() => refuseUnknown("TASK-002,TASK-019", there)).toThrow(
      expect.objectContaining({ code: "TASK_NOT_FOUND", given: "TASK-019", candidates: ["TASK-010", "TASK-002.1"] }),
    );
  });
});
