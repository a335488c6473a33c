import { describe, expect, it } from "vitest";
import { costOfPlannings, type Planning, planningIn, planningMetadata } from "./planning.ts";

const planning = (usd: number | null, calls: number | null, paidBy: string | null = "API key ...7Qf2"): Planning => ({
  calls,
  usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, usd },
  paidBy,
});

describe("what several plannings have used", () => {
  it.each([
    [[], null],
    [
      [planning(0.1, 2), planning(0.2, 3, "subscription")],
      { calls: 5, usd: 0.3, knownUsd: 0.3, paidBy: "subscription" },
    ],
    [[planning(0.1, null), planning(0.2, 3)], { calls: null, usd: 0.3, knownUsd: 0.3 }],
    [[planning(0.1, 2), planning(null, 3)], { calls: 5, usd: null, knownUsd: 0.1 }],
  ])("is their sum, and unknown where one of them is (%#)", (plannings, expected) => {
    const cost = costOfPlannings(plannings);
    if (expected === null) expect(cost).toBeNull();
    else
      expect(cost).toMatchObject({
        ...expected,
        knownUsd: expect.closeTo(expected.knownUsd, 9),
        ...(expected.usd === null ? {} : { usd: expect.closeTo(expected.usd, 9) }),
      });
  });

  it("is kept in a plan's metadata, and read from it", () => {
    expect(planningIn(planningMetadata(planning(0.1, 2)))).toEqual(planning(0.1, 2));
    expect(planningIn(planningMetadata(null))).toBeNull();
  });
});
