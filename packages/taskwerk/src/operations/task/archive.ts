import { WerkError } from "@taskwerk/contract/errors";
import { isClosed } from "../../core/moves.ts";
import { changeTask } from "../../store/change-task.ts";
import { findTask } from "../../store/find-task.ts";
import { emit, type Op } from "../../store/op.ts";
import { rowsBelow } from "../../store/remove-task.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

/** Takes closed tasks, with all below them, out of the lists. Throws INVALID_TRANSITION for one that is open. */
export const archiveTasks: OperationOf<"task.archive"> = {
  input: () => import("@taskwerk/contract/removal").then((m) => m.ArchiveTasks),
  run: (context, input) =>
    change(context, "task.archive", input, async (op) => {
      const [changed, unchanged]: [Set<number>, Set<number>] = [new Set(), new Set()];
      for (const id of input.ids) {
        const row = await findTask(op.tx, op.prefix, id);
        for (const one of [row, ...(await rowsBelow(op, row.seq, "live"))]) {
          if (changed.has(one.seq)) continue;
          ((await archive(op, one)) ? changed : unchanged).add(one.seq);
        }
      }
      return { data: await taskWrite(op, changed, unchanged) };
    }),
};

async function archive(op: Op, row: TaskRow): Promise<boolean> {
  if (row.archived_at !== null) return false;
  if (!isClosed(row.status)) {
    throw new WerkError("INVALID_TRANSITION", `${row.id} is ${row.status}; only what is closed can be archived.`, {
      hint: `Close it first:  taskwerk done ${row.id}   or  taskwerk cancel ${row.id}`,
      details: { id: row.id, status: row.status },
    });
  }
  await changeTask(op, row, { archived_at: op.at });
  emit(op, "task.archived", row.id, {
    title: row.title,
    status: row.status,
    before: { archived_at: null },
    after: { archived_at: op.at },
  });
  return true;
}
