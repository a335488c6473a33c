import type { SqlValue } from "@taskwerk/sqlite/database";
import type { Batch } from "../core/batch.ts";
import { parentsFirst } from "../core/batch-order.ts";
import { isClosed } from "../core/moves.ts";
import type { TaskRecord } from "../core/record.ts";
import { cycle } from "./deps.ts";
import { insertRows } from "./insert-rows.ts";
import { insertThings } from "./insert-things.ts";
import { followChild, followClosed } from "./move-task.ts";
import { insertTasks } from "./new-task.ts";
import { numberRows } from "./number-rows.ts";
import type { Op } from "./op.ts";
import { type Draft, restoredRow, saidColumns, saysMore } from "./restored-row.ts";
import { isGroup, isHolding, isOpenBlocker, isOpenRow } from "./task-row.ts";
import type { Ties } from "./ties.ts";
import { endOf, parentsInCycles, waitPath } from "./wait-graph.ts";

/** The new row of each row of the file; nothing where its task is there already. */
type Drafts = readonly (Draft | undefined)[];

/** A row of the file as it is in the store now. */
export interface Placed {
  readonly seq: number;
  readonly id: string;
  readonly uid: string;
}

/**
 * Inserts the rows of an import with few statements, their counters computed beforehand. Gives for each row the task that
 * it is now, also for those that are there already. Throws DEPENDENCY_CYCLE when a cycle leads over tasks of the store.
 */
export async function insertBatch(
  op: Op,
  { rows, said }: Pick<Batch, "rows" | "said">,
  ties: readonly Ties[],
  tick: () => void,
): Promise<readonly Placed[]> {
  const order = parentsFirst(ties).filter((row) => ties[row]!.existing === null);
  const restored = saysMore(said);
  const drafts = await draftRows(op, { rows, said }, ties, order, restored);
  if (order.length > 0) {
    closeGroups(op, rows, ties, order, drafts);
    const touched = countTies(ties, order, drafts);
    const tasks = order.map((row) => ({
      row: drafts[row]!,
      fields: rows[row]!,
      dependsOn: blockersOf(ties[row]!, drafts),
    }));
    await insertTasks(op, tasks, { restored, tick });
    await insertRows(op.tx, "deps", ["task", "blocker"], depRows(ties, order, drafts));
    await insertThings(op, tasks);
    await countStored(op, touched);
    await checkStoredCycles(op, ties, order, drafts);
    await followStored(op, ties, order, drafts);
    await followArrived(op, rows, order, drafts);
  }
  return rows.map((_, row) => drafts[row] ?? ties[row]!.existing!);
}

async function draftRows(
  op: Op,
  { rows, said }: Pick<Batch, "rows" | "said">,
  ties: readonly Ties[],
  order: readonly number[],
  restored: boolean,
): Promise<Drafts> {
  const drafts: Draft[] = new Array(rows.length);
  const { seqOf, idOf } = await numberRows(op, ties, order);
  const columns = saidColumns(said);
  for (const row of order) {
    const { parent, storedParent } = ties[row]!;
    const above = parent === null ? storedParent : drafts[parent]!;
    const id = idOf(row, above?.id ?? null);
    drafts[row] = restoredRow(op, rows[row]!, { seq: seqOf.get(row)!, id, parent: above }, restored, columns);
  }
  return drafts;
}

function push<T>(lists: Map<number, T[]>, of: number, item: T): void {
  const list = lists.get(of);
  if (list === undefined) lists.set(of, [item]);
  else list.push(item);
}

/** A parent whose status the file leaves open is done when all its children are, unless it has criteria of its own. */
function closeGroups(
  op: Op,
  rows: readonly TaskRecord[],
  ties: readonly Ties[],
  order: readonly number[],
  drafts: Drafts,
): void {
  const children = new Map<number, Draft[]>();
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const row = order[at]!;
    const draft = drafts[row]!;
    const below = children.get(row);
    if (
      below?.length &&
      rows[row]!.status === undefined &&
      draft.criteria_count === 0 &&
      below.every((child) => isClosed(child.status))
    ) {
      draft.status = below.some((child) => child.status === "done") ? "done" : "cancelled";
      draft.completed_at = op.at;
    }
    const { parent } = ties[row]!;
    if (parent !== null && draft.deleted_at === null) push(children, parent, draft);
  }
}

interface StoredCounts {
  /** Row number of a parent → [children, open ones] that came. */
  readonly children: Map<number, [number, number]>;
  /** Row number of a blocker → open dependants that came. */
  readonly dependants: Map<number, number>;
}

/** Fills in the counters of the new rows; gives what the tasks of the store must add to theirs. */
function countTies(ties: readonly Ties[], order: readonly number[], drafts: Drafts): StoredCounts {
  const stored: StoredCounts = { children: new Map(), dependants: new Map() };
  for (const row of order) {
    const draft = drafts[row]!;
    const { dependsOn, storedBlockers, parent, storedParent } = ties[row]!;
    const open = Number(isOpenRow(draft));
    const there = Number(draft.deleted_at === null);
    for (const index of dependsOn) {
      const blocker = drafts[index]!;
      draft.open_blockers += Number(isOpenBlocker(blocker));
      blocker.open_dependants += open;
    }
    for (const blocker of storedBlockers) {
      draft.open_blockers += Number(isOpenBlocker(blocker));
      stored.dependants.set(blocker.seq, (stored.dependants.get(blocker.seq) ?? 0) + open);
    }
    if (parent !== null) {
      drafts[parent]!.child_count += there;
      drafts[parent]!.open_children += open;
    } else if (storedParent) {
      const [all, still] = stored.children.get(storedParent.seq) ?? [0, 0];
      stored.children.set(storedParent.seq, [all + there, still + open]);
    }
  }
  // Parents come before their children, so theirs is known.
  for (const row of order) {
    const { parent, storedParent } = ties[row]!;
    const above = parent === null ? storedParent : drafts[parent]!;
    drafts[row]!.holding_ancestors = above ? above.holding_ancestors + Number(isHolding(above)) : 0;
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
async function followStored(op: Op, ties: readonly Ties[], order: readonly number[], drafts: Drafts): Promise<void> {
  const last = new Map<number, Draft>();
  for (const row of order) {
    const { storedParent } = ties[row]!;
    const draft = drafts[row]!;
    if (storedParent && draft.deleted_at === null) last.set(storedParent.seq, draft);
  }
  for (const [parent, child] of last) if (isClosed(child.status)) await followChild(op, child, parent);
}

/**
 * A group that came open, with nothing open in it, closes by itself. What was exported was so where it comes from: opened
 * again by somebody, and it stays that.
 */
async function followArrived(
  op: Op,
  rows: readonly TaskRecord[],
  order: readonly number[],
  drafts: Drafts,
): Promise<void> {
  for (const row of order.toReversed()) {
    const { seq, id, status, deleted_at, open_children, ...draft } = drafts[row]!;
    if (rows[row]!.uid !== undefined || deleted_at !== null || isClosed(status)) continue;
    if (isGroup(draft) && open_children === 0) await followClosed(op, seq, `${id} came with nothing open in it`);
  }
}

function* depRows(ties: readonly Ties[], order: readonly number[], drafts: Drafts): Generator<readonly SqlValue[]> {
  for (const row of order) {
    const { seq } = drafts[row]!;
    const { dependsOn, storedBlockers } = ties[row]!;
    for (const blocker of dependsOn) yield [seq, drafts[blocker]!.seq];
    for (const { seq: blocker } of storedBlockers) yield [seq, blocker];
  }
}

function blockersOf({ dependsOn, storedBlockers }: Ties, drafts: Drafts): readonly string[] {
  const uids = dependsOn.map((row) => drafts[row]!.uid);
  for (const { uid } of storedBlockers) uids.push(uid);
  return uids;
}

/** A cycle over tasks of the store always runs from a stored parent down into one of its new children. */
async function checkStoredCycles(
  op: Op,
  ties: readonly Ties[],
  order: readonly number[],
  drafts: Drafts,
): Promise<void> {
  const children = new Map<number, number[]>();
  for (const row of order) {
    const { storedParent } = ties[row]!;
    if (storedParent) push(children, storedParent.seq, drafts[row]!.seq);
  }
  const [parent] = await parentsInCycles(op.tx, children);
  if (parent === undefined) return;
  for (const child of children.get(parent)!) {
    const path = await waitPath(op.tx, endOf(child), endOf(parent));
    if (path.length > 1) throw cycle([path.at(-1)!, ...path]);
  }
}
