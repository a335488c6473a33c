import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Usage } from "../model/agent.ts";
import { plus } from "../model/usage.ts";
import { type Limits, makePurse as make, type PurseWish } from "./purse.ts";

const NONE = { usd: null, tokens: null };
const makePurse = ({
  usd,
  limits = {},
  ...more
}: { readonly usd: number | null; readonly limits?: Partial<Limits> } & Pick<PurseWish, "places" | "spent"> &
  Partial<Omit<PurseWish, "limits">>) =>
  make({
    session: "run-1",
    limits: { task: NONE, plan: NONE, session: { usd, tokens: null }, day: NONE, ...limits },
    priced: true,
    warnAt: 0.8,
    reached: [],
    now: () => new Date("2026-11-20T12:00:00Z"),
    onReached: () => undefined,
    ...more,
  });
const share = (usd: number | null) => ({ kind: "share", usd, tokens: null, scope: "session" });

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
    expect(purse.reserve("a")).toEqual(share(5));
    expect(purse.reserve("b")).toEqual(share(5));
    expect(purse.reserve("c")).toMatchObject({
      kind: "later",
      reason: "others hold what is left of the budget of $10.00",
    });
    purse.settle("a", used(2));
    expect(purse.reserve("c")).toEqual(share(3));
    for (const attempt of ["b", "c"]) purse.settle(attempt, used(4));
    expect(purse.reserve("d")).toMatchObject({ kind: "refused", reason: "the budget of $10.00 is used up" });
  });
  it("has another share for whoever has used up his, as long as there is more than was left of it", () => {
    const purse = makePurse({ usd: 10, places: 2, spent: [] });
    const reserved = (attempt: string) => {
      const got = purse.reserve(attempt);
      if (got.kind !== "share") throw new Error(got.reason);
      return got;
    };
    const had = reserved("a");
    reserved("b");
    purse.settle("a", used(4.5));
    // Half a dollar is free, as much as was left of it.
    expect(purse.another("a", had, used(4.5))).toMatchObject({ kind: "later" });
    purse.spend("b", used(1));
    expect(purse.another("a", had, used(4.5))).toMatchObject({ kind: "later" });
    purse.settle("b", used(1));
    const more = purse.another("a", had, used(4.5));
    expect(more).toEqual(share(4.5));
    if (more.kind !== "share") return;
    // It has all there is now: what is left of it is no more.
    purse.settle("a", used(3));
    expect(purse.another("a", more, used(3))).toMatchObject({ kind: "refused", scope: "session" });
    purse.limit({ usd: 20, tokens: null });
    expect(purse.another("a", more, used(3))).toEqual(share(10));
  });
  it("lets nobody wait for one who waits for people himself", () => {
    const purse = makePurse({ usd: 10, places: 2, spent: [] });
    for (const attempt of ["a", "b"]) {
      purse.reserve(attempt);
      purse.spend(attempt, used(1));
      purse.pause(attempt, 1);
    }
    purse.reserve("c");
    purse.settle("c", used(5));
    expect(purse.again("a", 5)).toBe("never");
    expect(purse.again("b", 5)).toBe("never");
  });
  it("gives back what was not spent", () => {
    const purse = makePurse({ usd: 10, places: 1, spent: [] });
    expect(purse.reserve("a")).toEqual(share(10));
    purse.settle("a", used(4));
    expect(purse.reserve("b")).toEqual(share(6));
  });
  it("is for others while one waits for people, and the same for that one afterwards", () => {
    const purse = makePurse({ usd: 10, places: 2, spent: [] });
    for (const attempt of ["a", "b"]) purse.reserve(attempt);
    purse.pause("a", 1);
    expect(purse.reserve("c")).toEqual(share(4));
    expect(purse.again("a", 5)).toBe("later");
    purse.settle("b", used(0));
    expect(purse.again("a", 5)).toBe("yes");
    purse.spend("a", used(1));
    purse.pause("a", 1);
    purse.settle("c", used(9));
    expect(purse.again("a", 5)).toBe("never");
    expect(purse.again("a", null)).toBe("yes");
    expect(purse.reserve("d").kind).toBe("refused");
  });
  it("lets nobody wait for one that itself waits for people and has nothing to give back", () => {
    const purse = makePurse({ usd: 5, places: 2, spent: [] });
    for (const attempt of ["a", "b"]) {
      expect(purse.reserve(attempt)).toEqual(share(2.5));
      purse.spend(attempt, used(1));
      purse.pause(attempt, 1);
    }
    expect(purse.reserve("c")).toEqual(share(2.5));
    expect(purse.again("a", 2.5)).toBe("later");
    purse.settle("c", used(2.5));
    expect(purse.again("a", 2.5)).toBe("never");
    purse.settle("a", used(1));
    expect(purse.again("b", 2.5)).toBe("never");
  });
  it("holds a conversation within the tightest of all budgets, and says which", () => {
    const limits = { task: { usd: 2, tokens: null }, plan: { usd: 9, tokens: null }, day: { usd: 3, tokens: 500 } };
    const today = { attempt: "o", task: "TASK-9", session: "run-0", usage: used(1.5), at: "2026-11-20T09:00:00Z" };
    const yesterday = { ...today, attempt: "p", usage: used(70), at: "2026-11-19T09:00:00Z" };
    const purse = makePurse({ usd: 10, limits, places: 1, spent: [today, yesterday] });
    expect(purse.reserve("a", { task: "TASK-1", plan: "p" })).toEqual({
      kind: "share",
      usd: 1.5,
      tokens: 498,
      scope: "day",
    });
    purse.settle("a", used(1));
    expect(purse.reserve("b", { task: "TASK-2", plan: "p" })).toMatchObject({ usd: 0.5, scope: "day" });
    const other = makePurse({ usd: 10, limits, places: 1, spent: [{ ...yesterday, task: "TASK-1" }] });
    expect(other.reserve("a", { task: "TASK-1", plan: null })).toEqual({
      kind: "refused",
      reason: "the budget of $2.00 for task TASK-1 is used up",
      scope: "task TASK-1",
    });
  });
  it("warns once at 80 %, ends the turn at 95 %, stops at 100 %, and again only when the limit is another one", () => {
    const told: string[] = [];
    const onReached = ({ scope, level }: { readonly scope: string; readonly level: string }) =>
      told.push(`${scope} ${level}`);
    const purse = makePurse({ usd: 10, places: 1, spent: [], onReached });
    purse.reserve("a");
    expect([7.9, 8, 9, 9.5, 10].map((usd) => purse.spend("a", used(usd)).kind)).toEqual([
      "fine",
      "fine",
      "fine",
      "last-turn",
      "used-up",
    ]);
    expect(told).toEqual(["session warn", "session last-turn", "session used-up"]);
    purse.settle("a", used(10));
    purse.limit({ usd: 12, tokens: null });
    expect(purse.reserve("b")).toMatchObject({ kind: "share", usd: 2 });
    purse.spend("b", used(0));
    expect(told.slice(3)).toEqual(["session warn"]);
  });
  it("holds by tokens what has no known price", () => {
    const limits = { session: { usd: 5, tokens: 100 } };
    const purse = makePurse({ usd: 5, limits, places: 2, spent: [], priced: false });
    expect(purse.reserve("a")).toEqual({ kind: "share", usd: null, tokens: 50, scope: "session" });
    purse.settle("a", { ...used(null), inputTokens: 99 });
    expect(purse.reserve("b").kind).toBe("refused");
  });
  it("remembers what was spent before it was resumed", () => {
    const purse = makePurse({ usd: 10, places: 1, spent: [{ attempt: "a", usage: used(10) }] });
    expect(purse.reserve("b").kind).toBe("refused");
  });
  it("is exhausted for all only where the session's budget or the day's is, not one of a task's", () => {
    const limits = { task: { usd: 1, tokens: null }, session: { usd: 10, tokens: null } };
    const purse = makePurse({ usd: 10, limits, places: 1, spent: [] });
    purse.settle("a", used(9));
    expect([purse.reserve("a").kind, purse.exhausted()]).toEqual(["refused", null]);
    purse.settle("b", used(0.6));
    expect(purse.exhausted()).toBe("the budget of $10.00 is used up but for a rest that no turn would fit into");
    purse.limit({ usd: 20, tokens: null });
    expect(purse.exhausted()).toBeNull();
    expect(makePurse({ usd: null, places: 1, spent: [] }).exhausted()).toBeNull();
  });
  it("has no limit where none was set", () => {
    const purse = makePurse({ usd: null, places: 2, spent: [{ attempt: "a", usage: used(1e6) }] });
    expect(purse.reserve("b")).toEqual(share(null));
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
            if (share.kind !== "share") return;
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
