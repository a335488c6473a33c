import type { Task } from "@taskwerk/contract/task";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byLongestChain, kindsOf, needsOf, pickNext as pick, type Running } from "./schedule.ts";

const task = (id: string, files: readonly string[] = [], children: readonly string[] = []): Task =>
  ({ id, files, children, capabilities: [] }) as unknown as Task;
const needs = (one: Task) => kindsOf(needsOf(one, "claude"));
const pickNext = (ready: readonly Task[], running: readonly Running[], places: number) =>
  pick(ready, running, { places, left: new Map() }, needs);
const ids = (tasks: readonly Task[]): readonly string[] => tasks.map(({ id }) => id);

describe("pickNext", () => {
  it("takes the most urgent first, as many as there are places", () => {
    expect(ids(pickNext([task("1"), task("2"), task("3")], [], 2))).toEqual(["1", "2"]);
  });
  it("never takes a group or what runs already", () => {
    expect(ids(pickNext([task("1", [], ["1.1"]), task("2"), task("3")], [{ id: "2", files: [] }], 5))).toEqual(["3"]);
  });
  it("prefers a task whose files nobody is changing", () => {
    const running = [{ id: "9", files: ["src/net/**"] }];
    expect(ids(pickNext([task("1", ["src/net/http.ts"]), task("2", ["docs/*.md"])], running, 1))).toEqual(["2"]);
  });
  it("takes one that overlaps when there is nothing else", () => {
    expect(ids(pickNext([task("1", ["src/**"])], [{ id: "9", files: ["src/a.ts"] }], 1))).toEqual(["1"]);
  });
  it("picks each task at most once, fills every place it can, and picks nothing that was not ready", () => {
    const file = fc.constantFrom("src/**", "src/a.ts", "docs/*", "**", "test/x.ts");
    fc.assert(
      fc.property(fc.array(fc.array(file, { maxLength: 3 }), { maxLength: 8 }), fc.nat(10), (files, places) => {
        const ready = files.map((some, index) => task(String(index), some));
        const picked = ids(pickNext(ready, [], places));
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked.length).toBe(Math.min(places, ready.length));
        for (const id of picked) expect(ids(ready)).toContain(id);
      }),
    );
  });
});

describe("pickNext under caps", () => {
  const asking = (id: string, ...capabilities: readonly string[]): Task => ({ ...task(id), capabilities }) as Task;
  const room = (places: number, left: Readonly<Record<string, number>>) => ({
    places,
    left: new Map(Object.entries(left)),
  });
  it("starts no more of a kind than there is room for, and lets others pass those that wait for it", () => {
    const ready = [asking("1", "gpu"), asking("2", "gpu"), asking("3")];
    expect(ids(pick(ready, [], room(3, { "capability gpu": 1 }), needs))).toEqual(["1", "3"]);
    expect(ids(pick(ready, [], room(3, { "capability gpu": 0 }), needs))).toEqual(["3"]);
  });
  it("starts no more than the agent's account has room for", () => {
    expect(ids(pick([asking("1"), asking("2")], [], room(5, { "agent claude": 1 }), needs))).toEqual(["1"]);
    expect(ids(pick([asking("1"), asking("2")], [], room(5, { "agent other": 0 }), needs))).toEqual(["1", "2"]);
  });
  it("is never above any cap, and leaves nothing behind that could still start", () => {
    const capabilities = fc.subarray(["gpu", "db", "browser", "free"]);
    const cap = fc.option(fc.nat(3), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(capabilities, { maxLength: 10 }),
        fc.nat(6),
        fc.record({ agent: cap, gpu: cap, db: cap, browser: cap }),
        (asks, places, { agent, gpu, db, browser }) => {
          const caps = { "agent claude": agent, "capability gpu": gpu, "capability db": db };
          const left = new Map(
            Object.entries({ ...caps, "capability browser": browser }).flatMap(([kind, most]) =>
              most === undefined ? [] : [[kind, most] as const],
            ),
          );
          const ready = asks.map((some, n) => asking(String(n), ...some));
          const picked = pick(ready, [], { places, left }, needs);
          expect(picked.length).toBeLessThanOrEqual(places);
          const used = (kind: string): number => picked.filter((one) => needs(one).includes(kind)).length;
          for (const [kind, most] of left) expect(used(kind)).toBeLessThanOrEqual(most);
          const rest = ready.filter((one) => !picked.includes(one));
          const could = rest.filter((one) => needs(one).every((kind) => used(kind) < (left.get(kind) ?? Infinity)));
          if (picked.length < places) expect(ids(could)).toEqual([]);
        },
      ),
    );
  });
});

describe("byLongestChain", () => {
  const of = (id: string, blocks: readonly string[] = [], more: Partial<Task> = {}): Task =>
    ({ id, blocks, priority: "medium", due_at: null, ...more }) as unknown as Task;
  it("begins what most waits for, one after the other", () => {
    const open = [of("1"), of("2", ["3"]), of("3", ["4", "5"]), of("4"), of("5"), of("6", ["4"])];
    expect(ids(byLongestChain([open[0]!, open[5]!, open[1]!], open))).toEqual(["2", "6", "1"]);
  });
  it("never before what is more urgent or due, and leaves all else as it came", () => {
    const open = [
      of("1", ["4"]),
      of("2", [], { due_at: "2026-12-01T00:00:00Z" }),
      of("3", [], { priority: "high" }),
      of("4"),
    ];
    expect(ids(byLongestChain([open[0]!, open[1]!, open[2]!], open))).toEqual(["3", "2", "1"]);
    expect(ids(byLongestChain([of("b"), of("a")], []))).toEqual(["b", "a"]);
  });
  it("comes to an end whatever waits for whatever, however long the chain", () => {
    const long = Array.from({ length: 20_000 }, (_, n) => of(`${n}`, [`${n + 1}`]));
    expect(ids(byLongestChain([long[5]!, long[0]!], long))).toEqual(["0", "5"]);
    expect(byLongestChain([of("1")], [of("1", ["2"]), of("2", ["1"])])).toHaveLength(1);
  });
});
