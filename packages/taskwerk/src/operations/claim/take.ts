import type { ClaimTask } from "@taskwerk/contract/claim";
import { WerkError } from "@taskwerk/contract/errors";
import { checkLease, checkWho } from "../../core/lease.ts";
import { timeLeft } from "../../core/time-left.ts";
import { isClaimed } from "../../store/claims.ts";
import { findTask } from "../../store/find-task.ts";
import type { Op } from "../../store/op.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";
import { claimRow, grantOf } from "./claim-row.ts";
import { nextReady } from "./next-ready.ts";

/** Claims a task for a while: exactly one caller gets it. Throws NOTHING_READY, ALREADY_CLAIMED, DEPENDENCY_OPEN. */
export const takeClaim: OperationOf<"claim.take"> = {
  input: () => import("@taskwerk/contract/claim").then((m) => m.ClaimTask),
  run: (context, input) =>
    change(context, "claim.take", input, async (op) => {
      const by = checkWho(input.as);
      const lease = checkLease(input.lease_s);
      const before = input.id === undefined ? await nextReady(op, context, input) : await named(op, input.id);
      if (!before) throw nothingReady(input);
      const row = await claimRow(op, before, by, lease);
      return { data: { ...(await taskWrite(op, [row.seq])), claim: grantOf(row) } };
    }),
};

async function named(op: Op, id: string): Promise<TaskRow> {
  const row = await findTask(op.tx, op.prefix, id);
  if (!isClaimed(row, op.at)) return row;
  const left = timeLeft(op.at, row.claim_until!);
  throw new WerkError("ALREADY_CLAIMED", `${row.id} is claimed by ${row.claim_by}, for ${left} more.`, {
    hint: "Take another:  taskwerk claim --next",
    details: { id: row.id, by: row.claim_by, lease_until: row.claim_until },
  });
}

function nothingReady({ tag, query, skip_file_conflicts }: ClaimTask): WerkError {
  const wanted = [
    ...(tag?.length ? [`with the tag ${tag.join(", ")}`] : []),
    ...(query ? [`of ${query}`] : []),
    ...(skip_file_conflicts ? ["whose files nobody works on"] : []),
  ];
  return new WerkError("NOTHING_READY", `nothing is ready${wanted.length > 0 ? ` ${wanted.join(" ")}` : ""}.`, {
    hint: "See what waits:  taskwerk list",
  });
}
