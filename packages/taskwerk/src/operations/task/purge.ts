import { WerkError } from "@taskwerk/contract/errors";
import type { PurgeResult, PurgeTasks } from "@taskwerk/contract/removal";
import { some } from "../../core/some.ts";
import { announceReady } from "../../store/announce-ready.ts";
import { findAnyTask } from "../../store/find-task.ts";
import type { Op } from "../../store/op.ts";
import { purgeTasks as purgeRows } from "../../store/purge-tasks.ts";
import { rowsBelowDeleted } from "../../store/remove-task.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf, Outcome } from "../operation.ts";
import { rehearse } from "../rehearse.ts";

/**
 * Takes what deleted tasks say out of the store for good, with all that is below them; without ids of every one that is
 * deleted. Throws CONFIRMATION_REQUIRED without `confirm`, INVALID_TRANSITION for a task that is not deleted.
 */
export const purgeTasks: OperationOf<"task.purge"> = {
  input: () => import("@taskwerk/contract/removal").then((m) => m.PurgeTasks),
  run: (context, input) => {
    const work = (op: Op): Promise<Outcome<PurgeResult>> => purge(op, input);
    return input.dry_run ? rehearse(context, "task.purge", input, work) : change(context, "task.purge", input, work);
  },
};

async function purge(op: Op, input: PurgeTasks): Promise<Outcome<PurgeResult>> {
  const rows = await chosen(op, input);
  if (rows.length > 0 && !input.confirm && !input.dry_run) {
    throw new WerkError(
      "CONFIRMATION_REQUIRED",
      `${rows.length === 1 ? rows[0]!.id : `${rows.length} deleted tasks`} would be gone for good.`,
      {
        hint: `Which:  ${some(rows.map(({ id }) => id))}`,
        field: "confirm",
        details: { ids: rows.map(({ id }) => id) },
      },
    );
  }
  await purgeRows(op, rows);
  await announceReady(op);
  return { data: { purged: rows.map(({ id }) => id), dry_run: input.dry_run ?? false } };
}

async function chosen(op: Op, { ids }: PurgeTasks): Promise<readonly TaskRow[]> {
  if (ids === undefined) {
    return op.tx.all<TaskRow>("select * from tasks where deleted_at is not null and purged_at is null order by seq");
  }
  const rows = new Map<number, TaskRow>();
  for (const id of ids) {
    const row = await findAnyTask(op.tx, op.prefix, id);
    if (row.deleted_at === null) {
      throw new WerkError("INVALID_TRANSITION", `${row.id} is not deleted; only what is deleted can be purged.`, {
        hint: `Is it the right one?  taskwerk show ${row.id}`,
        details: { id: row.id },
      });
    }
    for (const one of [row, ...(await rowsBelowDeleted(op, row.seq))]) rows.set(one.seq, one);
  }
  return [...rows.values()];
}
