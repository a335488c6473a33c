import type { Task } from "@taskwerk/contract/task";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pickNext } from "./schedule.ts";

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
