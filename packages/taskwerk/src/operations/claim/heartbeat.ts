import { checkLease } from "../../core/lease.ts";
import { taskOfToken } from "../../store/claims.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";
import { grantOf } from "./claim-row.ts";

/**
 * Extends a claim, from now on, by its lease or another one. Only another one makes it shorter: a clock that was set back
 * does not. Also a claim that ran out, as long as nobody else took the task. Leaves no trace in the log. Throws CLAIM_LOST.
 */
export const heartbeatClaim: OperationOf<"claim.heartbeat"> = {
  input: () => import("@taskwerk/contract/claim").then((m) => m.Heartbeat),
  run: (context, input) =>
    change(context, "claim.heartbeat", input, async (op) => {
      const { token, lease_s } = input;
      const held = await taskOfToken(op.tx, token);
      const lease = checkLease(lease_s ?? held.claim_lease_s ?? undefined);
      const fromNow = new Date(op.now.getTime() + lease * 1000).toISOString();
      const until = lease_s === undefined && held.claim_until! > fromNow ? held.claim_until : fromNow;
      const row = await op.tx.get<TaskRow>(
        "update tasks set claim_until = ?, claim_lease_s = ? where seq = ? and fence = ? returning *",
        [until, lease, held.seq, held.fence],
      );
      return { data: { ...(await taskWrite(op, [held.seq])), claim: grantOf(row!) } };
    }),
};
