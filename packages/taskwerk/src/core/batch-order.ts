import { LIMITS } from "@taskwerk/contract/limits";

/** What a row is put under and depends on: other rows of the file by number, or something else (null, not listed). */
export interface RowTies {
  readonly parent: number | null;
  readonly dependsOn: readonly number[];
}

/** Row numbers such that each parent stands before its children, else in the file's order. Parents must form no cycle. */
export function parentsFirst(ties: readonly RowTies[]): readonly number[] {
  const placed = new Uint8Array(ties.length);
  const order: number[] = [];
  for (let row = 0; row < ties.length; row += 1) {
    const line: number[] = [];
    for (let at: number | null = row; at !== null && placed[at] === 0; at = ties[at]!.parent) {
      placed[at] = 1;
      line.push(at);
    }
    order.push(...line.reverse());
  }
  return order;
}

/**
 * True when `above` is a parent, or a parent's parent …, of `below`, as far up as tasks may lie: what lies deeper, or in a
 * cycle of parents, is wrong by itself.
 */
export function isAbove(ties: readonly RowTies[], above: number, below: number): boolean {
  let at = ties[below]!.parent;
  for (let steps = 0; at !== null && steps < LIMITS.depth; steps += 1) {
    if (at === above) return true;
    at = ties[at]!.parent;
  }
  return false;
}
