import { changeTask } from "./change-task.ts";
import { claimOver } from "./claim-words.ts";
import { isClaimed } from "./claims.ts";
import { NO_CLAIM } from "./move-task.ts";
import { emit, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

/** Ends a live claim without its token; the event names who held it and that it was forced. Any other row stays as it is. */
export async function endClaim(op: Op, row: TaskRow, reason: string | null = null): Promise<TaskRow> {
  if (!isClaimed(row, op.at)) return row;
  const { claim_by: by, id } = row;
  emit(op, "task.claim_released", id, claimOver(row, { forced: true, ...(reason === null ? {} : { reason }) }));
  op.warnings.push(`the claim of ${by} on ${id} is over; its token no longer counts.`);
  return changeTask(op, row, NO_CLAIM);
}
