import { describe, expect, it } from "vitest";
import type { Decision } from "./decision.ts";
import { atExpiry, isAssumed, isFollowed, outcomeOf } from "./decision-outcome.ts";
import { sampleDecision } from "./sample-facts.ts";

const BY = "2026-11-21T06:00:00Z";
const expired = (id: "A1" | "Q1", over: Partial<Decision>) =>
  sampleDecision(id, { state: "expired", deadline: BY, ...over });

describe("a card that nobody answered in time", () => {
  it("is a no where it waited for a yes and that was to follow", () => {
    const card = expired("A1", { onExpiry: "deny" });
    expect(outcomeOf(card)).toEqual({ kind: "no", why: `nobody answered by ${BY}, which counts as no` });
    expect([isFollowed(card), isAssumed(card)]).toEqual([true, false]);
  });

  it("is its recommended answer where that can be changed later", () => {
    const card = expired("Q1", { onExpiry: "safe-default" });
    expect(outcomeOf(card)).toEqual({ kind: "answer", text: "per line, half even", assumed: true });
    expect([isFollowed(card), isAssumed(card)]).toEqual([true, true]);
  });

  it.each<readonly [string, "A1" | "Q1", Partial<Decision>]>([
    ["was to stay parked", "A1", { onExpiry: "park" }],
    ["has no default", "Q1", { onExpiry: "safe-default", recommended: null }],
    ["cannot be changed later", "Q1", { onExpiry: "safe-default", reversible: false }],
    ["waits for a yes, which nothing but a person says", "A1", { onExpiry: "safe-default", recommended: "yes" }],
    ["is a question, which no is no answer to", "Q1", { onExpiry: "deny" }],
  ])("is followed by nothing where it %s", (_, id, over) => {
    const card = expired(id, over);
    expect(outcomeOf(card)).toEqual({ kind: "nothing" });
    expect([atExpiry(card), isFollowed(card)]).toEqual(["park", false]);
  });

  it("is never a yes, whatever it was to be", () => {
    for (const onExpiry of ["park", "deny", "safe-default"] as const)
      for (const id of ["A1", "Q1"] as const)
        for (const reversible of [true, false])
          expect(outcomeOf(expired(id, { onExpiry, reversible, recommended: "yes" })).kind).not.toBe("yes");
  });
});
