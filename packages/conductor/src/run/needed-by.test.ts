import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { neededBy } from "./needed-by.ts";
import { dependentsOf, type Edges } from "./undo-closure.ts";

const task = (id: string, depends_on: readonly string[] = [], parent: string | null = null): Edges => ({
  id,
  depends_on: [...depends_on],
  parent,
});
const of = (tasks: readonly Edges[], from: readonly string[], among = tasks.map(({ id }) => id)): readonly string[] =>
  neededBy(tasks, from, new Set(among)).map(({ task: id, by }) => `${id}>${by}`);

describe("what a task needs", () => {
  it("is found behind others, each with the one that needs it, and not behind what has not landed", () => {
    const tasks = [task("A"), task("B", ["A"]), task("C", ["B"]), task("D")];
    expect(of(tasks, ["C"])).toEqual(["B>C", "A>B"]);
    expect(of(tasks, ["C"], ["A", "C"])).toEqual([]);
    expect(of(tasks, ["A"])).toEqual([]);
  });

  it("may be a whole group, or what the group that it is in depends on", () => {
    const tasks = [
      task("G"),
      task("G.1", [], "G"),
      task("G.2", [], "G"),
      task("H", ["G"]),
      task("H.1", [], "H"),
      task("H.2", ["H.1"], "H"),
    ];
    expect(of(tasks, ["H.2"], ["G.1", "G.2", "H.1", "H.2"])).toEqual(["G.1>H.2", "G.2>H.2", "H.1>H.2"]);
  });

  it("is every task that it is a dependent of, and no other", () => {
    const graph = fc.array(fc.record({ to: fc.array(fc.nat(30), { maxLength: 3 }), under: fc.option(fc.nat(30)) }), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(graph, fc.nat(9), (made, pick) => {
        const tasks = made.map(({ to, under }, at) =>
          task(
            `T${at}`,
            to.filter((n) => n < at).map((n) => `T${n}`),
            under !== null && under < at ? `T${under}` : null,
          ),
        );
        const all = new Set(tasks.map(({ id }) => id));
        const from = `T${pick % tasks.length}`;
        const needed = new Set(neededBy(tasks, [from], all).map((one) => one.task));
        for (const { id } of tasks)
          if (id !== from)
            expect([id, needed.has(id)]).toEqual([id, dependentsOf(tasks, [id], all).some((one) => one.task === from)]);
      }),
    );
  });
});
