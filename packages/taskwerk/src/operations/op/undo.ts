import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import type { UndoOp } from "@taskwerk/contract/log";
import type { Op } from "../../store/op.ts";
import { findOp, type OpRow } from "../../store/op-log.ts";
import { checkUndoable, lastOps } from "../../store/undo/choose-ops.ts";
import type { OperationOf } from "../operation.ts";
import { undoing } from "./undoing.ts";

/**
 * Takes an operation back, or the caller's last ones (within his session, if he has one), by changes of its own. Taking
 * such an undo back is redo. Throws OP_NOT_FOUND, UNDO_CONFLICT.
 */
export const undoOp: OperationOf<"op.undo"> = {
  input: () => import("@taskwerk/contract/log").then((m) => m.UndoOp),
  run: (context, input) => undoing(context, "op.undo", input, (op) => choose(op, input)),
};

async function choose(op: Op, { op: which, n }: UndoOp): Promise<readonly OpRow[]> {
  if (which.trim().toLowerCase() === "last") {
    const count = n ?? 1;
    if (Number.isSafeInteger(count) && count >= 1 && count <= LIMITS.ids) {
      return lastOps(op.tx, op.actor, op.session, count);
    }
    throw wrong("n", `must be 1 to ${LIMITS.ids}`);
  }
  if (n !== undefined) throw wrong("n", "goes only with the last operations, not with one that is named");
  const row = await findOp(op.tx, which);
  await checkUndoable(op.tx, row);
  return [row];
}

const wrong = (field: string, what: string): WerkError =>
  new WerkError("VALIDATION_FAILED", `${field} ${what}.`, { field });
