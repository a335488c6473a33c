import { isStoreError, isWerkError } from "@taskwerk/contract/errors";
import type { UndoConflict } from "@taskwerk/contract/log";
import { rowOf } from "../find-task.ts";
import type { Op } from "../op.ts";
import { reparent } from "../reparent.ts";
import { conflict, type Taken } from "./obstacles.ts";

/**
 * Puts tasks that were moved back where they were. All of them leave their place before the first goes to another: two may
 * have changed places. Gives those that cannot go back.
 */
export async function putParents(op: Op, taken: readonly Taken[]): Promise<readonly UndoConflict[]> {
  const moved = taken.flatMap(({ row, facts }) => {
    const fact = facts.find(({ kind, name }) => kind === "column" && name === "parent");
    return fact ? [{ row, parent: fact.before as number | null }] : [];
  });
  const alone = moved.length === 1;
  for (const { row } of moved) {
    if (!alone && row.parent !== null) await reparent(op, await rowOf(op.tx, row.seq), null);
  }
  const conflicts: UndoConflict[] = [];
  for (const { row, parent } of moved) {
    if (parent === null && !alone) continue;
    try {
      await reparent(op, await rowOf(op.tx, row.seq), parent === null ? null : await rowOf(op.tx, parent));
    } catch (error) {
      if (!isWerkError(error) || isStoreError(error)) throw error;
      conflicts.push(conflict(row, "parent", `cannot go back there: ${error.message}`, null));
    }
  }
  return conflicts;
}
