import { describe, expect, it } from "vitest";
import { makeSlots } from "./slots.ts";

const never = new AbortController().signal;

describe("slots", () => {
  it("are handed out up to their number, then in the order of asking", async () => {
    const slots = makeSlots(1);
    const order: number[] = [];
    expect(await slots.take(never)).toBe(true);
    const waiting = [1, 2].map((n) => slots.take(never).then(() => order.push(n)));
    expect(slots.free).toBe(0);
    slots.give();
    slots.give();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
  });
  it("are not taken by who has gone away, before or while waiting", async () => {
    const slots = makeSlots(1);
    expect(await slots.take(AbortSignal.abort())).toBe(false);
    await slots.take(never);
    const gone = new AbortController();
    const waits = slots.take(gone.signal);
    gone.abort();
    expect(await waits).toBe(false);
    slots.give();
    expect(slots.free).toBe(1);
  });
  it("that were given to somebody are not lost when that one's signal comes later", async () => {
    const slots = makeSlots(1);
    await slots.take(never);
    const later = new AbortController();
    const waits = slots.take(later.signal);
    slots.give();
    expect(await waits).toBe(true);
    later.abort();
    expect(slots.free).toBe(0);
    slots.give();
    expect(slots.free).toBe(1);
  });
});
