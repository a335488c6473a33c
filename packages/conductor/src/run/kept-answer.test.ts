import { describe, expect, it } from "vitest";
import type { Decision } from "../model/decision.ts";
import { sampleDecision } from "../model/sample-facts.ts";
import { type Asking, keptAnswer, keptInWords } from "./kept-answer.ts";

const TEXT = "Round per line or on the total?";
const asking = (over: Partial<Asking> = {}): Asking => ({
  task: "TASK-002",
  session: "run-1",
  plan: null,
  text: TEXT,
  mayAssume: true,
  assumeReversible: false,
  ...over,
});
const answered = (id: string, over: Partial<Decision> = {}): Decision =>
  sampleDecision(id, { state: "answered", answer: "per line", answeredBy: "ada", kept: "D4", ...over });
const among = (...all: readonly Decision[]) => ({ decisions: new Map(all.map((one) => [one.id, one])) });

describe("an answer that is kept", () => {
  it("is given to the next that asks in the same run, with whose word it is", () => {
    const known = keptAnswer(among(answered("Q1")), asking({ text: "round per line, or on the total" }));
    expect(known).toBeNull();
    const same = keptAnswer(among(answered("Q1")), asking({ text: " ROUND per line or on the total " }));
    expect(same && keptInWords(same)).toBe("per line\n\n(D4: ada answered Q1 of TASK-001. It holds for you too.)");
  });

  it("is given to the task that asked it as it was said", () => {
    const known = keptAnswer(among(answered("Q1")), asking({ task: "TASK-001", session: "run-9" }));
    expect(known && keptInWords(known)).toBe("per line");
  });

  it.each([
    ["of the same plan, in a later run", "billing-q1", "billing-q1", "per line"],
    ["of another plan, in a later run", "billing-q1", "crawler", undefined],
    ["of no plan, in a later run", null, null, undefined],
  ])("by a task %s", (_, asked, asks, answer) => {
    const known = keptAnswer(among(answered("Q1", { plan: asked })), asking({ session: "run-2", plan: asks }));
    expect(known?.answer).toBe(answer);
  });

  it("is a person's before what was assumed, and nothing irreversible is assumed from others", () => {
    const assumed = sampleDecision("Q2", {
      state: "expired",
      onExpiry: "safe-default",
      recommended: "on the total",
      kept: "D5",
    });
    expect(keptAnswer(among(assumed), asking())?.answer).toBe("on the total");
    expect(keptAnswer(among(assumed), asking({ mayAssume: false }))).toBeNull();
    expect(keptAnswer(among(assumed), asking({ task: "TASK-001", session: "run-2" }))).toBeNull();
    expect(keptAnswer(among(answered("Q1"), assumed), asking())?.answer).toBe("per line");
  });
});
