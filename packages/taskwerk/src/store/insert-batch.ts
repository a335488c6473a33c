import type { SqlValue } from "@taskwerk/sqlite/database";
import { parentsFirst, type RowTies } from "../core/batch-order.ts";
import type { Fields } from "../core/fields.ts";
import { printId } from "../core/ids.ts";
import { isClosed } from "../core/moves.ts";
import { cycle } from "./deps.ts";
import { insertRows } from "./insert-rows.ts";
import { followChild } from "./move-task.ts";
import { insertTasks, newRow, nextSeq, takeNumbers } from "./new-task.ts";
import type { Op } from "./op.ts";
import { isHolding, isOpenBlocker, type NewTaskRow, type TaskRow } from "./task-row.ts";
import { endOf, parentsInCycles, waitPath } from "./wait-graph.ts";

/** A row of an import with what it is tied to: rows of the same file, and tasks that are in the store already. */
export interface Ties extends RowTies {
  /** The task that has this row's key already; the row is then skipped. */
  readonly existing: TaskRow | null;
  readonly storedParent: TaskRow | null;
  readonly storedBlockers: readonly TaskRow[];
}

/** Counters may still change while the rows of a batch are put together. */
type Draft = { -readonly [K in keyof NewTaskRow]: NewTaskRow[K] };

/**
 * Inserts the rows of an import with few statements, their counters computed beforehand. Gives the display id of each
 * row, also of those that are there already. Throws DEPENDENCY_CYCLE when a cycle leads over tasks of the store.
 */
export async function insertBatch(op: Op, rows: readonly Fields[], ties: readonly Ties[]): Promise<readonly string[]> {
  const order = parentsFirst(ties).filter((row) => ties[row]!.existing === null);
  const drafts = await draftRows(op, rows, ties, order);
  if (order.length > 0) {
    closeGroups(op, rows, ties, order, drafts);
    const touched = countTies(ties, order, drafts);
    await insertTasks(
      op,
      order.map((row) => ({ row: drafts.get(row)!, fields: rows[row]!, dependsOn: blockersOf(ties[row]!, drafts) })),
    );
    await insertRows(op.tx, "deps", ["task", "blocker"], depRows(ties, order, drafts));
    await countStored(op, touched);
    await checkStoredCycles(op, ties, order, drafts);
    await followStored(op, ties, order, drafts);
  }
  return rows.map((_, row) => drafts.get(row)?.id ?? ties[row]!.existing!.id);
}

async function draftRows(
  op: Op,
  rows: readonly Fields[],
  ties: readonly Ties[],
  order: readonly number[],
): Promise<Map<number, Draft>> {
  const drafts = new Map<number, Draft>();
  const numbers = await numberRows(op, ties, order);
  let seq = order.length > 0 ? await nextSeq(op) : 0;
  for (const row of order) {
    const { parent, storedParent } = ties[row]!;
    const above = parent === null ? storedParent : { ...drafts.get(parent)!, deleted_at: null };
    const number = numbers.get(row)!;
    const id = above ? `${above.id}.${number}` : printId(op.prefix, [number]);
    drafts.set(row, newRow(op, rows[row]!, { seq, id, uid: op.newUid(), parent: above }));
    seq += 1;
  }
  return drafts;
}

/** Each row's number under its parent; one statement for every parent that is in the store. */
async function numberRows(
  op: Op,
  ties: readonly Ties[],
  order: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const groups = new Map<string, number[]>();
  for (const row of order) {
    const { parent, storedParent } = ties[row]!;
    const group = parent === null ? `stored ${storedParent?.seq ?? 0}` : `row ${parent}`;
    groups.set(group, push(groups.get(group) ?? [], row));
  }
  const first = await nextSeq(op);
  const seqOf = new Map(order.map((row, at) => [row, first + at]));
  const numbers = new Map<number, number>();
  const fresh: number[][] = [];
  for (const [group, members] of groups) {
    const [kind, name] = group.split(" ");
    const parent = kind === "row" ? seqOf.get(Number(name))! : Number(name);
    if (kind === "row") fresh.push([parent, members.length]);
    const start = kind === "row" ? 1 : await takeNumbers(op, parent, members.length);
    for (const [at, row] of members.entries()) numbers.set(row, start + at);
  }
  await insertRows(op.tx, "id_counters", ["parent", "last"], fresh);
  return numbers;
}

function push<T>(list: T[], item: T): T[] {
  list.push(item);
  return list;
}

/** A parent whose status the file leaves open is done when all its children are, unless it has criteria of its own. */
function closeGroups(
  op: Op,
  rows: readonly Fields[],
  ties: readonly Ties[],
  order: readonly number[],
  drafts: ReadonlyMap<number, Draft>,
): void {
  const children = new Map<number, Draft[]>();
  for (const row of order.toReversed()) {
    const draft = drafts.get(row)!;
    const below = children.get(row);
    if (
      below &&
      rows[row]!.status === undefined &&
      draft.criteria_count === 0 &&
      below.every((child) => isClosed(child.status))
    ) {
      draft.status = below.some((child) => child.status === "done") ? "done" : "cancelled";
      draft.completed_at = op.at;
    }
    const { parent } = ties[row]!;
    if (parent !== null) children.set(parent, push(children.get(parent) ?? [], draft));
  }
}

interface StoredCounts {
  /** Row number of a parent → [children, open ones] that came. */
  readonly children: Map<number, [number, number]>;
  /** Row number of a blocker → open dependants that came. */
  readonly dependants: Map<number, number>;
}

/** Fills in the counters of the new rows; gives what the tasks of the store must add to theirs. */
function countTies(ties: readonly Ties[], order: readonly number[], drafts: ReadonlyMap<number, Draft>): StoredCounts {
  const stored: StoredCounts = { children: new Map(), dependants: new Map() };
  for (const row of order) {
    const draft = drafts.get(row)!;
    const { dependsOn, storedBlockers, parent, storedParent } = ties[row]!;
    const open = Number(!isClosed(draft.status));
    for (const blocker of dependsOn.map((index) => drafts.get(index)!)) {
      draft.open_blockers += Number(isOpenBlocker({ status: blocker.status, satisfied: 0 }));
      blocker.open_dependants += open;
    }
    for (const blocker of storedBlockers) {
      draft.open_blockers += Number(isOpenBlocker(blocker));
      stored.dependants.set(blocker.seq, (stored.dependants.get(blocker.seq) ?? 0) + open);
    }
    if (parent !== null) {
      drafts.get(parent)!.child_count += 1;
      drafts.get(parent)!.open_children += open;
    } else if (storedParent) {
      const [all, still] = stored.children.get(storedParent.seq) ?? [0, 0];
      stored.children.set(storedParent.seq, [all + 1, still + open]);
    }
  }
  // Parents come before their children, so theirs is known.
  for (const row of order) {
    const { parent, storedParent } = ties[row]!;
    const above = parent === null ? storedParent : drafts.get(parent)!;
    drafts.get(row)!.holding_ancestors = above ? above.holding_ancestors + Number(isHolding(above)) : 0;
  }
  return stored;
}

async function countStored(op: Op, { children, dependants }: StoredCounts): Promise<void> {
  for (const [seq, [all, open]] of children) {
    await op.tx.run("update tasks set child_count = child_count + ?, open_children = open_children + ? where seq = ?", [
      all,
      open,
      seq,
    ]);
  }
  for (const [seq, open] of dependants) {
    if (open > 0) await op.tx.run("update tasks set open_dependants = open_dependants + ? where seq = ?", [open, seq]);
  }
}

/** A stored parent closes when all that came under it is closed, and nothing else of it is open. */
async function followStored(
  op: Op,
  ties: readonly Ties[],
  order: readonly number[],
  drafts: ReadonlyMap<number, Draft>,
): Promise<void> {
  const last = new Map<number, Draft>();
  for (const row of order) {
    const { storedParent } = ties[row]!;
    if (storedParent) last.set(storedParent.seq, drafts.get(row)!);
  }
  for (const [parent, child] of last) if (isClosed(child.status)) await followChild(op, child, parent);
}

function* depRows(
  ties: readonly Ties[],
  order: readonly number[],
  drafts: ReadonlyMap<number, Draft>,
): Generator<readonly SqlValue[]> {
  for (const row of order) {
    const { seq } = drafts.get(row)!;
    const { dependsOn, storedBlockers } = ties[row]!;
    for (const blocker of dependsOn) yield [seq, drafts.get(blocker)!.seq];
    for (const { seq: blocker } of storedBlockers) yield [seq, blocker];
  }
}

const blockersOf = ({ dependsOn, storedBlockers }: Ties, drafts: ReadonlyMap<number, Draft>): readonly string[] => [
  ...dependsOn.map((row) => drafts.get(row)!.uid),
  ...storedBlockers.map((task) => task.uid),
];

/** A cycle over tasks of the store always runs from a stored parent down into one of its new children. */
async function checkStoredCycles(
  op: Op,
  ties: readonly Ties[],
  order: readonly number[],
  drafts: ReadonlyMap<number, Draft>,
): Promise<void> {
  const children = new Map<number, number[]>();
  for (const row of order) {
    const { storedParent } = ties[row]!;
    if (storedParent) children.set(storedParent.seq, push(children.get(storedParent.seq) ?? [], drafts.get(row)!.seq));
  }
  const [parent] = await parentsInCycles(op.tx, children);
  if (parent === undefined) return;
  for (const child of children.get(parent)!) {
    const path = await waitPath(op.tx, endOf(child), endOf(parent));
    if (path.length > 1) throw cycle([path.at(-1)!, ...path]);
  }
}
