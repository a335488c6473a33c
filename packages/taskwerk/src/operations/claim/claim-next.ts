import type { TransitionResult, TransitionTask } from "@taskwerk/contract/transition";
import { checkLease, checkWho } from "../../core/lease.ts";
import type { Op } from "../../store/op.ts";
import { readTasks } from "../../store/read-task.ts";
import type { OperationContext } from "../operation.ts";
import { claimRow, grantOf } from "./claim-row.ts";
import { nextReady } from "./next-ready.ts";

/** Claims the most urgent ready task within another operation; null where nothing is ready. */
export async function claimNextReady(
  op: Op,
  context: OperationContext,
  { as, lease_s, ...which }: NonNullable<TransitionTask["next"]>,
): Promise<NonNullable<TransitionResult["next"]> | null> {
  const [by, lease] = [checkWho(as), checkLease(lease_s)];
  const next = await nextReady(op, context, which);
  if (!next) return null;
  const row = await claimRow(op, next, by, lease);
  const [task] = await readTasks(op.tx, [row.seq], op.now);
  return { task: task!, claim: grantOf(row) };
}
