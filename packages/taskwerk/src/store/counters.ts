import { isClosed } from "../core/moves.ts";
import type { Op } from "./op.ts";
import { isHolding, isHoldingStatus, isOpenBlocker, type TaskRow } from "./task-row.ts";

type Held = Pick<TaskRow, "seq" | "status" | "open_blockers" | "child_count">;
type Moved = Pick<TaskRow, "seq" | "status" | "satisfied" | "parent" | "open_blockers" | "child_count">;

/** Brings the counters of all neighbours up to date after `before` became `after`; notes what it released. */
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
  const open = Number(!isClosed(after.status)) - Number(!isClosed(before.status));
  if (open !== 0) {
    await tx.run(
      "update tasks set open_dependants = open_dependants + ? where seq in (select blocker from deps where task = ?)",
      [open, after.seq],
    );
    if (after.parent !== null) {
      await tx.run("update tasks set open_children = open_children + ? where seq = ?", [open, after.parent]);
      if (open < 0) op.released.add(after.parent);
    }
  }
  const holds = Number(isHolding(after)) - Number(isHolding(before));
  if (holds !== 0 && after.child_count > 0) await addToSubtree(op, after.seq, holds);
}

/** Brings counters up to date for a dependency that was added (+1) or removed (-1). */
export async function countDependency(
  op: Op,
  task: Pick<TaskRow, "seq" | "status">,
  blocker: Pick<TaskRow, "seq" | "status" | "satisfied">,
  by: 1 | -1,
): Promise<void> {
  if (!isClosed(task.status)) {
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

/** `task` has just got (+1) or lost (-1) an open blocker: its subtree follows when that was its first or its last. */
async function countHolding(op: Op, task: Held, by: number): Promise<void> {
  if (by < 0) op.released.add(task.seq);
  const edge = by > 0 ? task.open_blockers === by : task.open_blockers === 0;
  if (edge && task.child_count > 0 && !isHoldingStatus(task.status)) await addToSubtree(op, task.seq, by);
}

async function addToSubtree(op: Op, root: number, by: number): Promise<void> {
  const below = await op.tx.all<{ seq: number }>(
    `with recursive below (seq) as (
       select seq from tasks where parent = ?
       union all
       select t.seq from tasks t join below on t.parent = below.seq
     )
     update tasks set holding_ancestors = holding_ancestors + ? where seq in (select seq from below) returning seq`,
    [root, by],
  );
  if (by < 0) for (const { seq } of below) op.released.add(seq);
}
