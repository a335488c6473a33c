import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { taskTree } from "./task-tree.ts";

const task = (id: string, ...dependsOn: readonly string[]) => ({ id, dependsOn });
const shown = (tasks: Parameters<typeof taskTree>[0]) =>
  taskTree(tasks).map(({ task: { id }, depth }) => `${" ".repeat(depth)}${id}`);

describe("a tree of tasks", () => {
  it("has each task below the one that it waits for longest", () => {
    expect(shown([task("d", "a", "c"), task("a"), task("b", "a"), task("c", "b"), task("e", "a"), task("f")])).toEqual([
      "a",
      " b",
      "  c",
      "   d",
      " e",
      "f",
    ]);
  });

  it("passes over tasks that are not there, and shows a circle at its top", () => {
    expect(shown([task("a", "gone"), task("b", "c"), task("c", "b"), task("d", "c")])).toEqual(["a", "b", "c", "d"]);
  });

  it("holds every task once, after one that it waits for", () => {
    const graph = fc.array(fc.array(fc.nat(40), { maxLength: 4 }), { maxLength: 40 });
    fc.assert(
      fc.property(graph, (edges) => {
        const tasks = edges.map((ons, n) => task(`t${n}`, ...ons.map((on) => `t${on}`)));
        const placed = taskTree(tasks);
        expect(placed.map(({ task: { id } }) => id).toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
        for (const [at, { task: one, depth }] of placed.entries()) {
          if (depth === 0) continue;
          const above = placed.slice(0, at).findLast((other) => other.depth === depth - 1);
          expect(one.dependsOn).toContain(above?.task.id);
        }
      }),
    );
  });

  it("is not stopped by a chain of 20,000", () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => task(`t${n}`, ...(n === 0 ? [] : [`t${n - 1}`])));
    expect(taskTree(chain).at(-1)?.depth).toBe(19_999);
  });
});
