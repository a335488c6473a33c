import { WerkError } from "@taskwerk/contract/errors";
import { changeTask } from "./change-task.ts";
import { countAbove, countMove } from "./counters.ts";
import { rowOf } from "./find-task.ts";
import { followChild, spentBy } from "./move-task.ts";
import { emit, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

/** The rows below a task that satisfy `which` all the way down, parents first. */
export const rowsBelow = (op: Op, seq: number, which: "live" | { readonly deletedAt: string }): Promise<TaskRow[]> =>
  op.tx.all<TaskRow>(
    `with recursive below (seq) as (
       select seq from tasks where parent = ? and deleted_at is ?
       union all
       select t.seq from tasks t join below b on t.parent = b.seq where t.deleted_at is ?
     )
     select * from tasks where seq in (select seq from below) order by depth, seq`,
    [seq, which === "live" ? null : which.deletedAt, which === "live" ? null : which.deletedAt],
  );

/** All below a deleted task that still says something; it is deleted too. */
export const rowsBelowDeleted = (op: Op, seq: number): Promise<TaskRow[]> =>
  op.tx.all<TaskRow>(
    `with recursive below (seq) as (
       select seq from tasks where parent = ? union all select t.seq from tasks t join below b on t.parent = b.seq
     )
     select * from tasks where seq in (select seq from below) and purged_at is null order by depth, seq`,
    [seq],
  );

/**
 * Takes one task, which has nothing below it, out of sight. Its id, notes, tags and dependencies stay; its key is free
 * again; its time stands still.
 */
export async function deleteTask(op: Op, row: TaskRow): Promise<TaskRow> {
  const gone = await changeTask(op, row, {
    deleted_at: op.at,
    key: null,
    active_ms: row.active_ms + spentBy(row, op.now),
    active_since: null,
  });
  await countMove(op, row, gone);
  emit(op, "task.deleted", row.id, {
    title: row.title,
    status: row.status,
    before: { deleted_at: null },
    after: { deleted_at: op.at },
  });
  return gone;
}

/** A parent goes on without a child that is gone: a group closes with the last that was open. */
export const followGone = async (op: Op, gone: TaskRow): Promise<void> => {
  if (gone.parent !== null)
    await followChild(op, { id: gone.id, status: "cancelled" }, gone.parent, `${gone.id} deleted`);
};

/**
 * Brings a deleted task back, under a parent that is there, with the key it had; what its parent becomes of it is not done
 * here. Throws DUPLICATE_KEY, HIERARCHY_CONFLICT.
 */
export async function undeleteTask(op: Op, row: TaskRow): Promise<TaskRow> {
  const parent = row.parent === null ? null : await rowOf(op.tx, row.parent);
  if (parent !== null && parent.deleted_at !== null) {
    throw new WerkError("HIERARCHY_CONFLICT", `${row.id} is a part of ${parent.id}, which is deleted too.`, {
      hint: `Bring that back first:  taskwerk restore ${parent.id}`,
      details: { id: row.id, parent: parent.id },
    });
  }
  const key = await keyBefore(op, row);
  return comeBack(op, row, {
    deleted_at: null,
    ...(key === null ? {} : { key }),
    ...(row.status === "in-progress" ? { active_since: op.at } : {}),
  });
}

/** Sets columns of a deleted task so that it is there again, and counts it. */
export async function comeBack(op: Op, row: TaskRow, set: Parameters<typeof changeTask>[2]): Promise<TaskRow> {
  const back = await changeTask(op, row, set);
  await countAbove(op, row.seq);
  await countMove(op, row, back);
  emit(op, "task.restored", row.id, {
    title: row.title,
    status: back.status,
    before: { deleted_at: row.deleted_at },
    after: { deleted_at: null },
  });
  op.released.add(row.seq);
  return back;
}

/** The key that a task had when it was deleted. Throws DUPLICATE_KEY when another has it by now. */
async function keyBefore(op: Op, row: TaskRow): Promise<string | null> {
  const change = await op.tx.get<{ key: string | null }>(
    `select json_extract(before, '$.key') as key from changes
     where subject = ? and entity = 'task' and json_extract(after, '$.deleted_at') = ? order by seq desc limit 1`,
    [row.uid, row.deleted_at],
  );
  const key = change?.key ?? null;
  if (key === null) return null;
  const other = await op.tx.get<{ id: string }>("select id from tasks where key = ?", [key]);
  if (!other) return key;
  throw new WerkError("DUPLICATE_KEY", `${other.id} has the key "${key}" now, which ${row.id} had.`, {
    hint: `See it:  taskwerk show ${other.id}`,
    details: { id: other.id, key },
  });
}
