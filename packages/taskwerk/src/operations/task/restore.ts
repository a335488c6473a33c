import { changeTask } from "../../store/change-task.ts";
import { findAnyTask, rowOf } from "../../store/find-task.ts";
import { type Follower, followChildren } from "../../store/move-task.ts";
import { emit, type Op } from "../../store/op.ts";
import { rowsBelow, undeleteTask } from "../../store/remove-task.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

/**
 * Brings tasks back that were deleted or archived, each with what went together with it. Throws HIERARCHY_CONFLICT under
 * a parent that is deleted, DUPLICATE_KEY when its key is another's by now.
 */
export const restoreTasks: OperationOf<"task.restore"> = {
  input: () => import("@taskwerk/contract/removal").then((m) => m.RestoreTasks),
  run: (context, input) =>
    change(context, "task.restore", input, async (op) => {
      const [changed, unchanged]: [Set<number>, Set<number>] = [new Set(), new Set()];
      const followed: Follower[] = [];
      for (const id of input.ids) {
        const row = await findAnyTask(op.tx, op.prefix, id);
        if (row.deleted_at !== null) followed.push({ child: row, parent: row.parent, because: `${row.id} restored` });
        const back = row.deleted_at === null ? await unarchive(op, row) : await undelete(op, row, row.deleted_at);
        for (const seq of back) changed.add(seq);
        if (!changed.has(row.seq)) unchanged.add(row.seq);
      }
      await followChildren(op, followed);
      return { data: await taskWrite(op, changed, unchanged) };
    }),
};

async function undelete(op: Op, row: TaskRow, deletedAt: string): Promise<readonly number[]> {
  const all = [row, ...(await rowsBelow(op, row.seq, { deletedAt }))];
  for (const { seq } of all) await undeleteTask(op, await rowOf(op.tx, seq));
  return all.map(({ seq }) => seq);
}

async function unarchive(op: Op, row: TaskRow): Promise<readonly number[]> {
  if (row.archived_at === null) return [];
  const below = await rowsBelow(op, row.seq, "live");
  const all = [row, ...below.filter((one) => one.archived_at === row.archived_at)];
  for (const one of all) {
    await changeTask(op, one, { archived_at: null });
    emit(op, "task.restored", one.id, {
      title: one.title,
      status: one.status,
      before: { archived_at: one.archived_at },
      after: { archived_at: null },
    });
  }
  return all.map(({ seq }) => seq);
}
