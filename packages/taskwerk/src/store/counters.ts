import type { Op } from "./op.ts";
import { isHolding, isHoldingStatus, isOpenBlocker, isOpenRow, type TaskRow } from "./task-row.ts";

type Held = Pick<TaskRow, "seq" | "status" | "open_blockers" | "child_count">;
type Moved = Pick<TaskRow, "seq" | "status" | "satisfied" | "parent" | "open_blockers" | "child_count" | "deleted_at">;

/**
 * Brings the counters of all neighbours up to date after `before` became `after`, by a move, a deletion or a return; notes
 * what it released. What a deleted task is held by is not kept: {@link countAbove} finds it when the task comes back.
 */
export async function countMove(op: Op, before: Moved, after: Moved): Promise<void> {
  const { tx } = op;
  const blocks = Number(isOpenBlocker(after)) - Number(isOpenBlocker(before));
  if (blocks !== 0) {
    const dependants = await tx.all<Held>(
      `update tasks set open_blockers = open_blockers + ? where seq in (select task from deps where blocker = ?)
       returning seq, status, open_blockers, child_count`,
      [blocks, after.seq],
    );
    for (const dependant of dependants) await countHolding(op, dependant, blocks);
  }
  const open = Number(isOpenRow(after)) - Number(isOpenRow(before));
  const there = Number(after.deleted_at === null) - Number(before.deleted_at === null);
  if (open !== 0) {
    await tx.run(
      "update tasks set open_dependants = open_dependants + ? where seq in (select blocker from deps where task = ?)",
      [open, after.seq],
    );
  }
  if ((open !== 0 || there !== 0) && after.parent !== null) {
    await tx.run(
      "update tasks set child_count = child_count + ?, open_children = open_children + ? where seq = ?",
      // Both at once: a row never has more open children than children.
      [there, open, after.parent],
    );
    if (open < 0) op.released.add(after.parent);
  }
  const holds = Number(isHolding(after)) - Number(isHolding(before));
  if (holds !== 0 && after.child_count > 0) await addToSubtree(op, after.seq, holds);
}

/** Brings counters up to date for a dependency that was added (+1) or removed (-1). */
export async function countDependency(
  op: Op,
  task: Pick<TaskRow, "seq" | "status" | "deleted_at">,
  blocker: Pick<TaskRow, "seq" | "status" | "satisfied">,
  by: 1 | -1,
): Promise<void> {
  if (isOpenRow(task)) {
    await op.tx.run("update tasks set open_dependants = open_dependants + ? where seq = ?", [by, blocker.seq]);
  }
  if (!isOpenBlocker(blocker)) return;
  const held = await op.tx.get<Held>(
    "update tasks set open_blockers = open_blockers + ? where seq = ? returning seq, status, open_blockers, child_count",
    [by, task.seq],
  );
  await countHolding(op, held!, by);
}

/** A child came under `parent`. */
export async function countChild(op: Op, parent: number, open: boolean): Promise<void> {
  await op.tx.run("update tasks set child_count = child_count + 1, open_children = open_children + ? where seq = ?", [
    Number(open),
    parent,
  ]);
}

/** A task that is there went from one parent to another with all that lies below it. */
export async function countMoved(op: Op, before: TaskRow, after: TaskRow): Promise<void> {
  const { tx } = op;
  const there = Number(after.deleted_at === null);
  const open = Number(isOpenRow(after));
  for (const [parent, by] of [
    [before.parent, -1],
    [after.parent, 1],
  ] as const) {
    if (parent === null) continue;
    await tx.run("update tasks set child_count = child_count + ?, open_children = open_children + ? where seq = ?", [
      there * by,
      open * by,
      parent,
    ]);
  }
  if (before.parent !== null) op.released.add(before.parent);
  const above = await tx.get<{ depth: number; held: number }>(
    "select depth + 1 as depth, holding_ancestors + (open_blockers > 0 or status in ('blocked', 'paused')) as held from tasks where seq = ?",
    [after.parent],
  );
  const { depth = 0, held = 0 } = above ?? {};
  await addDepth(tx, after.seq, depth - before.depth);
  if (after.deleted_at !== null || held === before.holding_ancestors) return;
  await tx.run("update tasks set holding_ancestors = ? where seq = ?", [held, after.seq]);
  await addToSubtree(op, after.seq, held - before.holding_ancestors);
  op.released.add(after.seq);
}

/** Adds to the depth of a task and of all below it, deleted ones too. */
async function addDepth(tx: Op["tx"], seq: number, by: number): Promise<void> {
  if (by === 0) return;
  await tx.run(
    `with recursive below (seq) as (
       select ? union all select t.seq from tasks t join below on t.parent = below.seq
     )
     update tasks set depth = depth + ? where seq in (select seq from below)`,
    [seq, by],
  );
}

/** Counts anew what holds a task from above, for one that comes back; its parent must be right already. */
export async function countAbove(op: Op, seq: number): Promise<void> {
  await op.tx.run(
    `update tasks set holding_ancestors = coalesce((
       select p.holding_ancestors + (p.open_blockers > 0 or p.status in ('blocked', 'paused'))
       from tasks p where p.seq = tasks.parent), 0)
     where seq = ?`,
    [seq],
  );
}

/** `task` has just got (+1) or lost (-1) an open blocker: its subtree follows when that was its first or its last. */
async function countHolding(op: Op, task: Held, by: number): Promise<void> {
  if (by < 0) op.released.add(task.seq);
  const edge = by > 0 ? task.open_blockers === by : task.open_blockers === 0;
  if (edge && task.child_count > 0 && !isHoldingStatus(task.status)) await addToSubtree(op, task.seq, by);
}

async function addToSubtree(op: Op, root: number, by: number): Promise<void> {
  const below = await op.tx.all<{ seq: number }>(
    `with recursive below (seq) as (
       select seq from tasks where parent = ? and deleted_at is null
       union all
       select t.seq from tasks t join below on t.parent = below.seq where t.deleted_at is null
     )
     update tasks set holding_ancestors = holding_ancestors + ? where seq in (select seq from below) returning seq`,
    [root, by],
  );
  if (by < 0) for (const { seq } of below) op.released.add(seq);
}
