import type { ClaimResult } from "@taskwerk/contract/claim";
import { printToken } from "@taskwerk/contract/claim-token";
import { claimOf } from "../../store/claim-words.ts";
import { emit, logChange, type Op } from "../../store/op.ts";
import { READY_AT } from "../../store/read-task.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { tellExpired } from "../../store/told-until.ts";
import { whyNotReady } from "./why-not-ready.ts";

/** What the claimer keeps. */
export const grantOf = (row: TaskRow): ClaimResult["claim"] => ({
  token: printToken(row),
  fence: row.fence,
  lease_until: row.claim_until!,
});

/** Columns that a claim sets. */
const CLAIMED = [
  "status",
  "status_reason",
  "claim_by",
  "claim_until",
  "claim_lease_s",
  "fence",
  "started_at",
  "active_since",
] as const satisfies readonly (keyof TaskRow)[];

/**
 * Gives a task to a claimer for `lease` seconds. The write itself asks once more whether it is ready: only then it is his.
 * Throws DEPENDENCY_OPEN, INVALID_TRANSITION, ALREADY_CLAIMED.
 */
export async function claimRow(op: Op, before: TaskRow, by: string, lease: number): Promise<TaskRow> {
  const until = new Date(op.now.getTime() + lease * 1000).toISOString();
  const row = await op.tx.get<TaskRow>(
    `update tasks set status = 'in-progress', status_reason = null, claim_by = ?, claim_until = ?, claim_lease_s = ?,
       fence = fence + 1, started_at = coalesce(started_at, ?), active_since = coalesce(active_since, ?),
       rev = rev + 1, updated_at = ?, updated_by = ?
     where seq = ? and ${READY_AT} returning *`,
    [by, until, lease, op.at, op.at, op.at, op.actor, before.seq, op.at, op.at],
  );
  if (!row) throw await whyNotReady(op.tx, before, op.at);
  const names = CLAIMED.filter((name) => row[name] !== before[name]);
  const state = (from: TaskRow) => Object.fromEntries(names.map((name) => [name, from[name]]));
  logChange(op, "task", row.uid, state(before), state(row));
  await tellExpired(op, before);
  emit(op, "task.claimed", row.id, {
    by,
    fence: row.fence,
    lease_until: until,
    before: { status: before.status, claim: null },
    after: { status: row.status, claim: claimOf(row) },
  });
  op.touched.add(row.seq);
  return row;
}
