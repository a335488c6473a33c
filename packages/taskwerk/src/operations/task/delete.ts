import { WerkError } from "@taskwerk/contract/errors";
import { some } from "../../core/some.ts";
import { waitingWords } from "../../core/waiting-words.ts";
import { checkClaim } from "../../store/claims.ts";
import { findAnyTask, rowOf } from "../../store/find-task.ts";
import type { Op } from "../../store/op.ts";
import { openDependants } from "../../store/open-dependants.ts";
import { deleteTask, followGone, rowsBelow } from "../../store/remove-task.ts";
import { isOpenBlocker, type TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

/**
 * Takes tasks out of sight, all or none. What depends on one that was open goes on waiting, and is named. Throws
 * HIERARCHY_CONFLICT for one that has others below it, unless those go too; CLAIM_REQUIRED.
 */
export const deleteTasks: OperationOf<"task.delete"> = {
  input: () => import("@taskwerk/contract/removal").then((m) => m.DeleteTasks),
  run: (context, input) =>
    change(context, "task.delete", input, async (op) => {
      const [deleted, unchanged]: [TaskRow[], Set<number>] = [[], new Set()];
      for (const id of input.ids) {
        const row = await findAnyTask(op.tx, op.prefix, id);
        if (row.deleted_at !== null) unchanged.add(row.seq);
        else deleted.push(...(await withAllBelow(op, row, input)));
      }
      const gone = new Set(deleted.map(({ seq }) => seq));
      for (const row of deleted) if (row.parent !== null && !gone.has(row.parent)) await followGone(op, row);
      for (const row of deleted) await warn(op, row);
      return {
        data: await taskWrite(
          op,
          gone,
          [...unchanged].filter((seq) => !gone.has(seq)),
        ),
      };
    }),
};

async function withAllBelow(
  op: Op,
  row: TaskRow,
  { cascade = false, claim }: { readonly cascade?: boolean | undefined; readonly claim?: string | undefined },
): Promise<readonly TaskRow[]> {
  const below = await rowsBelow(op, row.seq, "live");
  if (below.length > 0 && !cascade) {
    throw new WerkError("HIERARCHY_CONFLICT", `${row.id} has others below it: ${some(below.map(({ id }) => id))}.`, {
      hint: "Delete those first, or all at once with --cascade.",
      details: { id: row.id, below: below.map(({ id }) => id) },
    });
  }
  const gone: TaskRow[] = [];
  for (const { seq } of [row, ...below].reverse()) {
    const now = await rowOf(op.tx, seq);
    checkClaim(now, claim, op.at, "deleted");
    gone.push(await deleteTask(op, now));
  }
  return gone;
}

/** Says who goes on waiting for a task that is gone, as for one that was cancelled. */
async function warn(op: Op, row: TaskRow): Promise<void> {
  if (!isOpenBlocker(row)) return;
  const waiting = await openDependants(op.tx, row.seq);
  const [first] = waiting.direct;
  if (first === undefined) return;
  const which = waiting.direct.length === 1 ? "it" : "the first";
  op.warnings.push(`${waitingWords(row.id, waiting)}. To let ${which} go on:  taskwerk dep rm ${first} ${row.id}`);
}
