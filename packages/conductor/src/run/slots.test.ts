import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makePool, type Slots } from "./slots.ts";

const never = new AbortController().signal;
const pool = (count: number, caps: Readonly<Record<string, number>> = {}) =>
  makePool(count, new Map(Object.entries(caps)));
/** What a task takes up beside the agent. */
const task = (...kinds: readonly string[]) => ({ agent: ["claude"], task: kinds });
const taken = (slots: Slots | null): Slots => {
  if (slots === null) throw new Error("no place");
  return slots;
};
/** Two that have been at work already, one after the other, and have given their places away. */
const two = (all: ReturnType<typeof pool>): readonly [Slots, Slots] => {
  const first = taken(all.tryTake(task()));
  first.give();
  const second = taken(all.tryTake(task()));
  second.give();
  return [first, second];
};

describe("slots", () => {
  it("are handed out up to their number, then in the order of asking", async () => {
    const all = pool(1);
    const waiting = two(all);
    const busy = taken(all.tryTake(task()));
    const order: number[] = [];
    const ends = waiting.map((slots, at) => slots.take(never).then(() => order.push(at)));
    expect(all.room.places).toBe(0);
    busy.give();
    await ends[0];
    expect(order).toEqual([0]);
    waiting[0].give();
    await Promise.all(ends);
    expect(order).toEqual([0, 1]);
  });
  it("are not taken by who has gone away, before or while waiting", async () => {
    const all = pool(1);
    const [slots] = two(all);
    expect(await slots.take(AbortSignal.abort())).toBe(false);
    const busy = taken(all.tryTake(task()));
    const gone = new AbortController();
    const waits = slots.take(gone.signal);
    gone.abort();
    expect(await waits).toBe(false);
    busy.give();
    expect(all.room.places).toBe(1);
  });
  it("that were given to somebody are not lost when that one's signal comes later", async () => {
    const all = pool(1);
    const [slots] = two(all);
    const busy = taken(all.tryTake(task()));
    const later = new AbortController();
    const waits = slots.take(later.signal);
    busy.give();
    expect(await waits).toBe(true);
    later.abort();
    expect(all.room.places).toBe(0);
    slots.give();
    slots.give();
    expect(all.room.places).toBe(1);
  });
  it("of a kind are counted by themselves, and a newcomer never waits for one", () => {
    const all = pool(3, { gpu: 1 });
    const first = taken(all.tryTake(task("gpu")));
    expect(all.tryTake(task("gpu"))).toBeNull();
    expect(all.tryTake(task("unlimited"))).not.toBeNull();
    expect(all.room).toEqual({ places: 1, left: new Map([["gpu", 0]]) });
    first.give();
    expect(all.tryTake(task("gpu"))).not.toBeNull();
  });
  it("of a kind that somebody waits for are kept for that one, and other kinds are not", async () => {
    const all = pool(3, { gpu: 1, db: 1 });
    const both = taken(all.tryTake(task("gpu", "db")));
    both.give();
    const gpu = taken(all.tryTake(task("gpu")));
    const waits = both.take(never);
    expect(all.tryTake(task("db"))).toBeNull();
    expect(all.tryTake(task())).not.toBeNull();
    gpu.give();
    expect(await waits).toBe(true);
    expect(all.room).toEqual({
      places: 1,
      left: new Map([
        ["gpu", 0],
        ["db", 0],
      ]),
    });
  });
  it("of an agent are another's while gates judge, those of the task are not, and are had again before the next round", async () => {
    const all = pool(1, { claude: 1, gpu: 1 });
    const first = taken(all.tryTake(task("gpu")));
    first.leaveAgent();
    expect(all.tryTake(task("gpu"))).toBeNull();
    const second = taken(all.tryTake(task()));
    const back = first.enterAgent(never);
    expect(await Promise.race([back, Promise.resolve("waits")])).toBe("waits");
    second.leaveAgent();
    expect(await back).toBe(true);
    expect(await first.enterAgent(never)).toBe(true);
    first.give();
    second.give();
    expect(all.room).toEqual({
      places: 1,
      left: new Map([
        ["claude", 1],
        ["gpu", 1],
      ]),
    });
  });
  it("go to who holds what others wait for, so that nobody waits for ever", async () => {
    const all = pool(2, { claude: 1, gpu: 1 });
    const asked = taken(all.tryTake(task("gpu")));
    asked.give();
    const judged = taken(all.tryTake(task("gpu")));
    judged.leaveAgent();
    const answered = asked.take(never);
    const back = judged.enterAgent(never);
    expect(await Promise.race([back, new Promise((resolve) => setImmediate(resolve, "waits"))])).toBe(true);
    judged.give();
    expect(await answered).toBe(true);
  });
  it("of one whose work is judged are what it gets again after it has waited for people: no agent's place", async () => {
    const all = pool(1, { gpu: 1 });
    const judged = taken(all.tryTake(task("gpu")));
    judged.leaveAgent();
    judged.give();
    taken(all.tryTake(task()));
    expect(await judged.take(never)).toBe(true);
    expect(all.room).toEqual({ places: 0, left: new Map([["gpu", 0]]) });
  });
  it("are never more than there are, in all and of each kind, and all come back", async () => {
    const kinds = fc.subarray(["gpu", "db"]);
    const step = fc.record({
      needs: kinds,
      how: fc.constantFrom("begin", "give", "take", "leave", "enter", "end"),
      who: fc.nat(9),
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.nat(2), fc.array(step, { maxLength: 40 }), async (count, gpu, steps) => {
        const all = pool(count, { gpu, db: 1, claude: 2 });
        const gone = new AbortController();
        const open: {
          readonly slots: Slots;
          at: "agent" | "gates" | "away";
          level: "agent" | "gates";
          needs: readonly string[];
          busy: boolean;
        }[] = [];
        for (const { needs, how, who } of steps) {
          const one = open[who % Math.max(1, open.length)];
          if (how === "begin") {
            const slots = all.tryTake(task(...needs));
            if (slots !== null) open.push({ slots, at: "agent", level: "agent", needs, busy: false });
          } else if (one !== undefined && !one.busy) {
            if (how === "give") {
              one.slots.give();
              one.at = "away";
            }
            if (how === "leave" && one.at === "agent") {
              one.slots.leaveAgent();
              Object.assign(one, { at: "gates", level: "gates" });
            }
            if (how === "take" || (how === "enter" && one.at !== "away")) {
              one.busy = true;
              const level = how === "enter" ? "agent" : one.level;
              const asked = how === "enter" ? one.slots.enterAgent(gone.signal) : one.slots.take(gone.signal);
              void asked.then((got) => Object.assign(one, got ? { at: level, level, busy: false } : { busy: false }));
            }
            if (how === "end") {
              one.slots.give();
              open.splice(open.indexOf(one), 1);
            }
          }
          for (let n = 0; n < 5; n += 1) await Promise.resolve();
          const holding = open.filter(({ at }) => at !== "away");
          expect(holding.filter(({ at }) => at === "agent").length).toBeLessThanOrEqual(Math.min(count, 2));
          expect(holding.filter((two) => two.needs.includes("gpu")).length).toBeLessThanOrEqual(gpu);
          expect(holding.filter((two) => two.needs.includes("db")).length).toBeLessThanOrEqual(1);
        }
        gone.abort();
        for (let n = 0; n < 5; n += 1) await Promise.resolve();
        for (const { slots } of open) slots.give();
        expect(all.room).toEqual({
          places: count,
          left: new Map([
            ["gpu", gpu],
            ["db", 1],
            ["claude", 2],
          ]),
        });
      }),
    );
  });
});
