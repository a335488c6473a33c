import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dependentsOf, type Edges } from "./undo-closure.ts";

const task = (id: string, depends_on: readonly string[] = [], parent: string | null = null): Edges => ({
  id,
  depends_on: [...depends_on],
  parent,
});
const of = (tasks: readonly Edges[], from: readonly string[], among = tasks.map(({ id }) => id)): readonly string[] =>
  dependentsOf(tasks, from, new Set(among)).map(({ task: id, by }) => `${id}<${by}`);

describe("what depends on a task", () => {
  it("is found behind others, each with the one that it depends on", () => {
    const tasks = [task("A"), task("B", ["A"]), task("C", ["B"]), task("D")];
    expect(of(tasks, ["A"])).toEqual(["B<A", "C<B"]);
    expect(of(tasks, ["C"])).toEqual([]);
  });

  it("is not looked for behind what has not landed", () => {
    expect(of([task("A"), task("B", ["A"]), task("C", ["B"])], ["A"], ["A", "C"])).toEqual([]);
  });

  it("may depend on the group that it is in, or be in a group that depends on it", () => {
    const tasks = [
      task("G"),
      task("G.1", [], "G"),
      task("G.2", [], "G"),
      task("after the group", ["G"]),
      task("H", ["G.1"]),
      task("H.1", [], "H"),
    ];
    expect(of(tasks, ["G.1"], ["G.1", "G.2", "after the group", "H.1"])).toEqual(["after the group<G.1", "H.1<G.1"]);
  });

  it("always is a set that nothing outside of it depends on", () => {
    const graph = fc.array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(graph, fc.nat(11), (edges, first) => {
        const tasks = edges.map((to, at) =>
          task(
            `T${at}`,
            to.filter((n) => n < at).map((n) => `T${n}`),
          ),
        );
        const from = `T${first % tasks.length}`;
        const closed = new Set([
          from,
          ...dependentsOf(tasks, [from], new Set(tasks.map(({ id }) => id))).map((one) => one.task),
        ]);
        for (const { id, depends_on } of tasks)
          if (!closed.has(id)) expect(depends_on.some((on) => closed.has(on))).toBe(false);
          else if (id !== from) expect(depends_on.some((on) => closed.has(on))).toBe(true);
      }),
    );
  });
});
