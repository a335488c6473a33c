import { addDependency, removeDependency } from "../../store/deps.ts";
import { findAnyTask, findTask } from "../../store/find-task.ts";
import type { Op } from "../../store/op.ts";
import type { TaskRow } from "../../store/task-row.ts";

/** Removes and adds dependencies of one task; true when anything changed. */
export async function editDependencies(
  op: Op,
  row: TaskRow,
  add: readonly string[],
  remove: readonly string[],
): Promise<boolean> {
  let changed = false;
  for (const id of remove) {
    changed = (await removeDependency(op, row, await findAnyTask(op.tx, op.prefix, id, "remove"))) || changed;
  }
  for (const id of add) {
    changed = (await addDependency(op, row, await findTask(op.tx, op.prefix, id, "add"))) || changed;
  }
  return changed;
}
