import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCycle } from "./graph.ts";

const graphs = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 })), { maxLength: 24 }),
  }),
);

/** Repeatedly takes away what waits for nothing; what is left waits for itself. */
function hasCycle(size: number, edges: readonly (readonly [number, number])[]): boolean {
  let left = Array.from({ length: size }, (_, node) => node);
  for (;;) {
    const kept = left.filter((node) => edges.some(([from, to]) => from === node && left.includes(to)));
    if (kept.length === left.length) return kept.length > 0;
    left = kept;
  }
}

const edgeOf =
  (next: (node: number) => readonly number[]) =>
  (node: number, at: number): number =>
    next(node)[at] ?? -1;

describe("findCycle", () => {
  it("finds a cycle exactly when there is one, and its steps are edges", () => {
    fc.assert(
      fc.property(graphs, ({ size, edges }) => {
        const next = (node: number) => edges.filter(([from]) => from === node).map(([, to]) => to);
        const cycle = findCycle({ size, edge: edgeOf(next) });
        expect(cycle !== null).toBe(hasCycle(size, edges));
        if (cycle === null) return;
        expect(cycle.at(-1)).toBe(cycle[0]);
        for (let at = 1; at < cycle.length; at += 1) expect(next(cycle[at - 1]!)).toContain(cycle[at]);
      }),
      { numRuns: 500 },
    );
  });

  it("goes as deep as it must", () => {
    const size = 200_000;
    expect(findCycle({ size, edge: (node, at) => (at === 0 && node + 1 < size ? node + 1 : -1) })).toBeNull();
    expect(findCycle({ size, edge: (node, at) => (at === 0 ? (node + 1) % size : -1) })).toHaveLength(size + 1);
  });
});
