import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makePool } from "./slots.ts";

const never = new AbortController().signal;
const pool = (count: number, caps: Readonly<Record<string, number>> = {}) =>
  makePool(count, new Map(Object.entries(caps)));

describe("slots", () => {
  it("are handed out up to their number, then in the order of asking", async () => {
    const all = pool(1);
    const slots = all.of([]);
    const order: number[] = [];
    expect(await slots.take(never)).toBe(true);
    const waiting = [1, 2].map((n) => slots.take(never).then(() => order.push(n)));
    expect(all.room.places).toBe(0);
    slots.give();
    slots.give();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
  });
  it("that are given away while somebody waits are held again afterwards, also where the wait fails", async () => {
    const all = pool(1, { gpu: 1 });
    const slots = all.of(["gpu"]);
    await slots.take(never);
    const other = all.of(["gpu"]);
    const waits = slots.away(async () => {
      expect(all.tryTake(["gpu"])).toBe(true);
      throw new Error("the journal cannot be read");
    });
    let back = false;
    const failed = waits.catch((error: Error) => {
      back = true;
      return error.message;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(back).toBe(false);
    other.give();
    expect(await failed).toBe("the journal cannot be read");
    expect(all.room).toEqual({ places: 0, left: new Map([["gpu", 0]]) });
    slots.give();
    expect(all.room).toEqual({ places: 1, left: new Map([["gpu", 1]]) });
  });
  it("are not taken by who has gone away, before or while waiting", async () => {
    const all = pool(1);
    const slots = all.of([]);
    expect(await slots.take(AbortSignal.abort())).toBe(false);
    await slots.take(never);
    const gone = new AbortController();
    const waits = slots.take(gone.signal);
    gone.abort();
    expect(await waits).toBe(false);
    slots.give();
    expect(all.room.places).toBe(1);
  });
  it("that were given to somebody are not lost when that one's signal comes later", async () => {
    const all = pool(1);
    const slots = all.of([]);
    await slots.take(never);
    const later = new AbortController();
    const waits = slots.take(later.signal);
    slots.give();
    expect(await waits).toBe(true);
    later.abort();
    expect(all.room.places).toBe(0);
    slots.give();
    expect(all.room.places).toBe(1);
  });
  it("of a kind are counted by themselves, and a newcomer never waits for one", () => {
    const all = pool(3, { gpu: 1 });
    expect(all.tryTake(["gpu"])).toBe(true);
    expect(all.tryTake(["gpu"])).toBe(false);
    expect(all.tryTake(["unlimited"])).toBe(true);
    expect(all.room).toEqual({ places: 1, left: new Map([["gpu", 0]]) });
    all.of(["gpu"]).give();
    expect(all.tryTake(["gpu"])).toBe(true);
  });
  it("of a kind that somebody waits for are kept for that one, and other kinds are not", async () => {
    const all = pool(3, { gpu: 1, db: 1 });
    const both = all.of(["gpu", "db"]);
    expect(all.tryTake(["gpu"])).toBe(true);
    const waits = both.take(never);
    expect(all.tryTake(["db"])).toBe(false);
    expect(all.tryTake([])).toBe(true);
    all.of(["gpu"]).give();
    expect(await waits).toBe(true);
    expect(all.room).toEqual({
      places: 1,
      left: new Map([
        ["gpu", 0],
        ["db", 0],
      ]),
    });
  });
  it("are never more than there are, in all and of each kind, and all come back", async () => {
    const kinds = fc.subarray(["gpu", "db"]);
    const step = fc.record({ needs: kinds, how: fc.constantFrom("try", "take", "leave", "give") });
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.nat(2), fc.array(step, { maxLength: 40 }), async (count, gpu, steps) => {
        const all = pool(count, { gpu, db: 1 });
        const held: (readonly string[])[] = [];
        const asked: { readonly gone: AbortController; readonly end: Promise<boolean> }[] = [];
        const take = (needs: readonly string[]) => {
          const gone = new AbortController();
          const end = all.of(needs).take(gone.signal);
          asked.push({ gone, end });
          void end.then((got) => got && held.push(needs));
        };
        for (const { needs, how } of steps) {
          if (how === "try" && all.tryTake(needs)) held.push(needs);
          if (how === "take") take(needs);
          if (how === "leave") asked.pop()?.gone.abort();
          if (how === "give") {
            const back = held.pop();
            if (back !== undefined) all.of(back).give();
          }
          await Promise.resolve().then(() => undefined);
          expect(held.length).toBeLessThanOrEqual(count);
          expect(held.filter((one) => one.includes("gpu")).length).toBeLessThanOrEqual(gpu);
          expect(held.filter((one) => one.includes("db")).length).toBeLessThanOrEqual(1);
        }
        for (const { gone } of asked) gone.abort();
        await Promise.all(asked.map(({ end }) => end));
        await Promise.resolve();
        for (const needs of held) all.of(needs).give();
        expect(all.room).toEqual({
          places: count,
          left: new Map([
            ["gpu", gpu],
            ["db", 1],
          ]),
        });
      }),
    );
  });
});
