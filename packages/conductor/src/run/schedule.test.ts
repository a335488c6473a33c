import type { Task } from "@taskwerk/contract/task";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byLongestChain, pickNext } from "./schedule.ts";

const task = (id: string, files: readonly string[] = [], children: readonly string[] = []): Task =>
  ({ id, files, children }) as unknown as Task;
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
