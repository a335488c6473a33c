import type { Task } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { sampleDecision } from "../model/sample-facts.ts";
import { heldOf, waitingForApproval } from "./held.ts";

const task = (id: string, ...capabilities: readonly string[]) => ({ id, capabilities }) as unknown as Task;
const caps = { agent: null, capabilities: new Map(), has: null, reviewLimit: null };
const READY = [task("1", "gpu", "db", "browser"), task("2", "browser"), task("3")];

describe("what is held back", () => {
  it("is nothing where nothing is said", () => {
    expect(heldOf(READY, { waiting: 99, caps, agent: "claude" })).toEqual({ reason: null, tasks: {} });
  });
  it("is each task that asks for what the agent does not have, and what that is", () => {
    expect(heldOf(READY, { waiting: 0, caps: { ...caps, has: ["browser"] }, agent: "claude" }).tasks).toEqual({
      1: "it needs gpu, db, which the agent claude does not have",
    });
    expect(Object.keys(heldOf(READY, { waiting: 0, caps: { ...caps, has: [] }, agent: "claude" }).tasks)).toEqual([
      "1",
      "2",
    ]);
  });
  it("is everything once as many wait for approval as may", () => {
    const reason = (waiting: number) =>
      heldOf(READY, { waiting, caps: { ...caps, reviewLimit: 2 }, agent: "claude" }).reason;
    expect(reason(1)).toBeNull();
    expect(reason(2)).toMatch(/^2 tasks wait for approval, and nothing new is begun from 2 on/);
    expect(reason(3)).toMatch(/^3 tasks wait/);
  });
  it("counts a task once, however many approvals it waits for, and no question", () => {
    const open = [
      sampleDecision("A1", { kind: "approval", task: "1" }),
      sampleDecision("A2", { kind: "approval", task: "1" }),
      sampleDecision("A3", { kind: "approval", task: "2" }),
      sampleDecision("Q1", { kind: "question", task: "3" }),
    ];
    expect(waitingForApproval(open)).toBe(2);
  });
});
