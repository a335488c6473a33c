import { describe, expect, it } from "vitest";
import type { Decision } from "../model/decision.ts";
import { sampleDecision, TREE } from "../model/sample-facts.ts";
import { approvalFor, refusalOf } from "./approval.ts";

const wish = { task: "TASK-001", tree: TREE, evidence: ["config_changes: Dockerfile"] };
const card = (over: Partial<Decision>): Decision => sampleDecision("A1", { evidence: wish.evidence, ...over });

describe("an approval", () => {
  it.each([
    ["approved", "approved"],
    ["open", "waiting"],
    ["rejected", "rejected"],
    ["expired", "expired"],
    ["void", "none"],
  ] as const)("that is %s counts as %s", (state, kind) => {
    expect(approvalFor([card({ state })], wish).kind).toBe(kind);
  });

  it("that nobody answered in time is a no where that was to follow", () => {
    const late = card({ state: "expired", onExpiry: "deny" });
    expect(approvalFor([late], wish)).toEqual({ kind: "rejected", decision: late });
  });

  it("counts for its own tree, task and findings only", () => {
    const approved = (over: Partial<Decision>) => approvalFor([card({ state: "approved", ...over })], wish).kind;
    expect(approved({ tree: "b".repeat(40) })).toBe("none");
    expect(approved({ task: "TASK-002" })).toBe("none");
    expect(approved({ evidence: [] })).toBe("none");
    expect(approved({ kind: "question" })).toBe("none");
    expect(approved({ evidence: [...wish.evidence, "diff-size: large"] })).toBe("approved");
  });

  it("is what was said last", () => {
    const cards = [card({ id: "A1", state: "rejected" }), card({ id: "A2", state: "approved" })];
    expect(approvalFor(cards, wish)).toMatchObject({ kind: "approved", decision: { id: "A2" } });
  });

  it("names the open card that is about something else now", () => {
    expect(approvalFor([card({ tree: "b".repeat(40) })], wish)).toMatchObject({ kind: "none", outdated: { id: "A1" } });
  });
});

describe("a no", () => {
  it("to a tree holds whatever rules say of that tree since", () => {
    const rejected = card({ state: "rejected", answer: "no" });
    expect(refusalOf([rejected], wish)).toEqual(rejected);
    expect(refusalOf([rejected], { ...wish, tree: "b".repeat(40) })).toBeNull();
    expect(refusalOf([rejected], { ...wish, task: "TASK-002" })).toBeNull();
  });

  it("is taken back by a yes to the same tree, not by a card that is void", () => {
    const rejected = card({ id: "A1", state: "rejected" });
    expect(refusalOf([rejected, card({ id: "A2", state: "approved" })], wish)).toBeNull();
    expect(refusalOf([rejected, card({ id: "A2", state: "void" })], wish)).toEqual(rejected);
  });

  it("is not hidden by a later card that nobody has decided", () => {
    const rejected = card({ id: "A1", state: "rejected" });
    expect(refusalOf([rejected, card({ id: "A2", state: "open" })], wish)).toEqual(rejected);
    expect(refusalOf([rejected, card({ id: "A2", state: "expired", onExpiry: "park" })], wish)).toEqual(rejected);
  });
});
