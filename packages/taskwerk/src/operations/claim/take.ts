import { printToken } from "@taskwerk/contract/claim-token";
import { WerkError } from "@taskwerk/contract/errors";
import type { ClaimResult, ClaimTask } from "@taskwerk/contract/task";
import { checkLease, checkWho } from "../../core/lease.ts";
import { isClaimed } from "../../store/claims.ts";
import { findTask } from "../../store/find-task.ts";
import { whereFits } from "../../store/list-tasks.ts";
import { emit, logChange, type Op } from "../../store/op.ts";
import { READY_AT } from "../../store/read-task.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationContext, OperationOf } from "../operation.ts";
import { filterOf } from "../task/filter-of.ts";
import { taskWrite } from "../task-write.ts";
import { whyNotReady } from "./why-not-ready.ts";

/** Claims a task for a while: exactly one caller gets it. Throws NOTHING_READY, ALREADY_CLAIMED, DEPENDENCY_OPEN. */
export const takeClaim: OperationOf<"claim.take"> = {
  input: () => import("@taskwerk/contract/task").then((m) => m.ClaimTask),
  run: (context, input) =>
    change(context, "claim.take", input, async (op) => {
      const by = checkWho(input.as);
      const lease = checkLease(input.lease_s);
      const before = await choose(op, context, input);
      const row = await claim(op, before, by, lease);
      return { data: { ...(await taskWrite(op, [row.seq])), claim: grantOf(row) } };
    }),
};

/** What the claimer keeps. */
export const grantOf = (row: TaskRow): ClaimResult["claim"] => ({
  token: printToken(row),
  fence: row.fence,
  lease_until: row.claim_until!,
});

async function choose(op: Op, context: OperationContext, { id, tag, query }: ClaimTask): Promise<TaskRow> {
  if (id !== undefined) {
    const row = await findTask(op.tx, op.prefix, id);
    if (isClaimed(row, op.at)) {
      throw new WerkError("ALREADY_CLAIMED", `${row.id} is claimed by ${row.claim_by} until ${row.claim_until}.`, {
        hint: "Take another:  taskwerk claim --next",
        details: { id: row.id, by: row.claim_by, lease_until: row.claim_until },
      });
    }
    return row;
  }
  const filter = await filterOf(
    { ...context, now: () => op.now },
    {
      ready: true,
      ...(tag ? { tag } : {}),
      ...(query === undefined ? {} : { query }),
    },
  );
  const { sql, params } = await whereFits(op.tx, op.prefix, filter);
  const row = await op.tx.get<TaskRow>(
    `select * from tasks where ${sql} order by priority, due_key, dependants_key, seq limit 1`,
    params,
  );
  if (row) return row;
  const wanted = [...(tag?.length ? [`with the tag ${tag.join(", ")}`] : []), ...(query ? [`of ${query}`] : [])];
  throw new WerkError("NOTHING_READY", `nothing is ready${wanted.length > 0 ? ` ${wanted.join(" ")}` : ""}.`, {
    hint: "See what waits:  taskwerk list",
  });
}

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

/** The write itself asks once more whether the task is ready: only then it is ours. */
async function claim(op: Op, before: TaskRow, by: string, lease: number): Promise<TaskRow> {
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
  if (before.claim_by !== null) emit(op, "task.claim_expired", row.id, { by: before.claim_by, fence: before.fence });
  emit(op, "task.claimed", row.id, { by, fence: row.fence, lease_until: until, before: { status: before.status } });
  op.touched.add(row.seq);
  return row;
}
