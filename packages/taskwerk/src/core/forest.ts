import type { Status } from "@taskwerk/contract/status";
import { isClosed } from "./moves.ts";

/** A task as a tree needs it: which it is, what it lies under, and whether anything remains to be done. */
export interface TreeRow {
  readonly seq: number;
  /** null for a root, and where what it lies under is not among the rows. */
  readonly parent: number | null;
  readonly status: Status;
}

/** The ends of a subtree's branches, and how many of them are closed. */
export interface Leaves {
  readonly closed: number;
  readonly total: number;
}

/** Rows as trees: roots and children in the order in which the rows came. */
export interface Forest {
  readonly roots: readonly number[];
  /** A root and all below it, parents before their children; only those that `shown` has, and it has their parents too. */
  readonly walk: (root: number, shown: ReadonlySet<number>) => readonly number[];
  /** null for a task with nothing below it. */
  readonly leavesOf: (seq: number) => Leaves | null;
}

/** Makes trees of rows. */
export function forestOf(rows: readonly TreeRow[]): Forest {
  const known = new Map(rows.map((row) => [row.seq, row]));
  const children = new Map<number, number[]>();
  const roots: number[] = [];
  for (const { seq, parent } of rows) {
    if (parent === null || !known.has(parent)) roots.push(seq);
    else if (children.has(parent)) children.get(parent)!.push(seq);
    else children.set(parent, [seq]);
  }
  const counted = new Map<number, Leaves>();
  const count = (seq: number): Leaves => {
    const below = children.get(seq);
    if (!below) return { closed: isClosed(known.get(seq)!.status) ? 1 : 0, total: 1 };
    const before = counted.get(seq);
    if (before) return before;
    const leaves = below
      .map(count)
      .reduce((sum, one) => ({ closed: sum.closed + one.closed, total: sum.total + one.total }));
    counted.set(seq, leaves);
    return leaves;
  };
  const walk: Forest["walk"] = (root, shown) => {
    const seen: number[] = [];
    const left = [root];
    for (let seq = left.pop(); seq !== undefined; seq = left.pop()) {
      if (!shown.has(seq)) continue;
      seen.push(seq);
      left.push(...(children.get(seq)?.toReversed() ?? []));
    }
    return seen;
  };
  return { roots, walk, leavesOf: (seq) => (children.has(seq) ? count(seq) : null) };
}
