import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Usage } from "../model/agent.ts";
import { type Budget, budgetAfter, newBudget, release, reserve, settle, standingOf } from "./budget.ts";

const usage = (usd: number | null, tokens = 0): Usage => ({
  inputTokens: tokens,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  usd,
});
const ofUsd = (usd: number): Budget => newBudget({ usd, tokens: null, warnAt: 0.8 });
const held = (budget: Budget, spender: string, usd: number | null, tokens = 0): Budget => {
  const reservation = reserve(budget, spender, { usd, tokens });
  if (reservation.kind === "refused") throw new Error(reservation.why);
  return reservation.budget;
};

describe("a budget", () => {
  it("refuses what would go over it, counting what others hold", () => {
    const budget = held(ofUsd(5), "a", 3);
    expect(reserve(budget, "b", { usd: 2.5, tokens: 0 })).toEqual({
      kind: "refused",
      why: "over",
      leftUsd: 2,
      leftTokens: null,
    });
    expect(reserve(budget, "b", { usd: 2, tokens: 0 }).kind).toBe("reserved");
    expect(reserve(budget, "a", { usd: 5, tokens: 0 }).kind).toBe("reserved");
    expect(reserve(release(budget, "a"), "b", { usd: 5, tokens: 0 }).kind).toBe("reserved");
  });

  it("warns from 80 % on and stops at the limit", () => {
    const at = (usd: number) => standingOf(settle(ofUsd(5), "a", usage(usd))).kind;
    expect([at(3.99), at(4), at(4.99), at(5), at(6)]).toEqual(["fine", "warn", "warn", "stop", "stop"]);
    expect(reserve(settle(ofUsd(5), "a", usage(5)), "b", { usd: 0, tokens: 0 }).kind).toBe("refused");
  });

  it("adds tenths without losing or finding money", () => {
    const budget = [1, 2, 3].reduce((sum, i) => settle(sum, `a${i}`, usage(0.1)), ofUsd(0.3));
    expect(standingOf(budget)).toMatchObject({ kind: "stop", usd: 0.3, leftUsd: 0 });
  });

  it("bounds a model whose price nobody knows by tokens, and calls its cost unknown", () => {
    expect(reserve(ofUsd(5), "a", { usd: null, tokens: 1000 })).toMatchObject({
      kind: "refused",
      why: "unknown-price",
    });
    const capped = newBudget({ usd: 5, tokens: 1000, warnAt: 0.8 });
    const budget = settle(held(capped, "a", null, 900), "a", usage(null, 850));
    expect(standingOf(budget)).toMatchObject({ kind: "warn", usd: null, knownUsd: 0, tokens: 850, leftTokens: 100 });
    expect(reserve(budget, "b", { usd: null, tokens: 200 })).toMatchObject({ kind: "refused", why: "over" });
  });

  it("goes on from what the attempts of a session have spent", () => {
    const attempts = [
      { id: "a", usage: usage(3), end: "done" as const },
      { id: "b", usage: null, end: null },
    ];
    expect(standingOf(budgetAfter({ usd: 5, tokens: null, warnAt: 0.8 }, attempts))).toMatchObject({
      usd: 3,
      leftUsd: 2,
    });
    const silent = [...attempts, { id: "c", usage: null, end: "crashed" as const }];
    expect(standingOf(budgetAfter({ usd: 5, tokens: null, warnAt: 0.8 }, silent))).toMatchObject({
      usd: null,
      knownUsd: 3,
    });
  });

  it("has no limit where none is set", () => {
    const free = newBudget({ usd: null, tokens: null, warnAt: 0.8 });
    expect(reserve(free, "a", { usd: null, tokens: 1e12 }).kind).toBe("reserved");
    expect(standingOf(settle(free, "a", usage(1e6, 1e9)))).toMatchObject({ kind: "fine", leftUsd: null });
  });

  it("is never promised twice: what is held and spent within reservations stays within the limit", () => {
    const step = fc.record({
      who: fc.constantFrom("a", "b", "c"),
      what: fc.constantFrom("reserve" as const, "spend" as const, "release" as const),
      usd: fc.double({ min: 0, max: 4, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.double({ min: 0.01, max: 10, noNaN: true }), (steps, limit) => {
        let budget = ofUsd(limit);
        const spent = new Map<string, number>();
        for (const { who, what, usd } of steps) {
          if (what === "reserve") {
            const got = reserve(budget, who, { usd, tokens: 0 });
            if (got.kind === "reserved") budget = got.budget;
          } else if (what === "release") budget = release(budget, who);
          else {
            const most = (budget.held.get(who)?.micros ?? 0) / 1e6;
            spent.set(who, (spent.get(who) ?? 0) + Math.min(usd, most));
            budget = settle(budget, who, usage(spent.get(who)!));
          }
          const total = [...spent.values()].reduce((sum, one) => sum + one, 0);
          expect(total).toBeLessThanOrEqual(limit + 1e-4);
          expect(standingOf(budget).leftUsd).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
