import { describe, expect, it } from "vitest";
import type { Fact } from "../model/event.ts";
import { eventsOf, sampleAttempt, sampleSession } from "../model/sample-facts.ts";
import { foldEvents } from "../model/state.ts";
import { takeUp } from "./go-on.ts";

const runOf = (tasks: string): Fact => ({
  type: "session.started",
  session: sampleSession({ options: { ...sampleSession().options, tasks } }),
});
const ended: Fact = { type: "session.ended", session: "run-1", status: "completed", reason: null, metrics: {} };
const upOf = (facts: readonly Fact[], ...about: string[]): string => takeUp(foldEvents(eventsOf(facts)), about).join();
const newRun = (tasks: string): string =>
  `conductor run --auto --agent claude --budget 60 --tasks ${tasks} --require-tests`;

describe("what takes the work up", () => {
  it("is the resume where the run was told to do the task, also if it has not begun it", () => {
    expect(upOf([runOf("TASK-001,TASK-002")], "TASK-002")).toBe("conductor resume");
    expect(upOf([runOf("1")], "TASK-001.2")).toBe("conductor resume");
    expect(upOf([runOf("todo")], "TASK-009")).toBe("conductor resume");
    expect(upOf([runOf("TASK-001")])).toBe("conductor resume");
  });

  it("is the resume of a run that has begun it although it was told to do others", () => {
    const begun: Fact = { type: "attempt.started", attempt: sampleAttempt("TASK-009"), token: "t" };
    expect(upOf([runOf("TASK-001"), begun], "TASK-009")).toBe("conductor resume");
  });

  it("is a new run for all of them where one would be left out", () => {
    expect(upOf([runOf("TASK-001")], "TASK-001", "TASK-009")).toBe(newRun("TASK-001,TASK-009"));
    expect(upOf([runOf("TASK-001,TASK-002"), ended], "TASK-002")).toBe(newRun("TASK-001,TASK-002"));
  });
});
