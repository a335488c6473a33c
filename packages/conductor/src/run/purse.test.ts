import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Usage } from "../model/agent.ts";
import { plus } from "../model/usage.ts";
import { makePurse } from "./purse.ts";

const used = (usd: number | null): Usage => ({
  inputTokens: 1,
  outputTokens: 1,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  usd,
});

describe("the purse", () => {
  it("sets an even share aside for each place", () => {
    const purse = makePurse({ usd: 10, places: 2, spent: [] });
    expect(purse.reserve("a")).toEqual({ kind: "share", usd: 5 });
    expect(purse.reserve("b")).toEqual({ kind: "share", usd: 5 });
    expect(purse.reserve("c")).toEqual({ kind: "refused", reason: "the budget of $10.00 is used up" });
  });
  it("gives back what was not spent", () => {
    const purse = makePurse({ usd: 10, places: 1, spent: [] });
    expect(purse.reserve("a")).toEqual({ kind: "share", usd: 10 });
    purse.settle("a", used(4));
    expect(purse.reserve("b")).toEqual({ kind: "share", usd: 6 });
  });
  it("is for others while one waits for people, and the same for that one afterwards", () => {
    const purse = makePurse({ usd: 10, places: 2, spent: [] });
    for (const attempt of ["a", "b"]) purse.reserve(attempt);
    purse.pause("a", 1);
    expect(purse.reserve("c")).toEqual({ kind: "share", usd: 4 });
    expect(purse.again("a", 5)).toBe("later");
    purse.settle("b", used(0));
    expect(purse.again("a", 5)).toBe("yes");
    purse.pause("a", 1);
    purse.settle("c", used(9));
    expect(purse.again("a", 5)).toBe("never");
    expect(purse.again("a", null)).toBe("yes");
    expect(purse.reserve("d").kind).toBe("refused");
  });
  it("remembers what was spent before it was resumed", () => {
    const purse = makePurse({ usd: 10, places: 1, spent: [{ attempt: "a", usage: used(10) }] });
    expect(purse.reserve("b").kind).toBe("refused");
  });
  it("has no limit where none was set", () => {
    const purse = makePurse({ usd: null, places: 2, spent: [{ attempt: "a", usage: used(1e6) }] });
    expect(purse.reserve("b")).toEqual({ kind: "share", usd: null });
  });
  it("never hands out more than the budget, whatever is reserved and spent", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (places, runs) => {
          const purse = makePurse({ usd: 10, places, spent: [] });
          let spent = 0;
          runs.forEach((part, index) => {
            const share = purse.reserve(`a${index}`);
            if (share.kind === "refused") return;
            const usd = share.usd! * part;
            spent += usd;
            purse.settle(`a${index}`, used(usd));
          });
          expect(spent).toBeLessThanOrEqual(10 + 1e-9);
        },
      ),
    );
  });
});

it("a sum with an unknown price is unknown", () => {
  expect(plus(used(1), used(null)).usd).toBeNull();
  expect(plus(null, used(2)).usd).toBe(2);
});
