import { emit } from "../../store/op.ts";
import { requireSession } from "../../store/sessions.ts";
import { sessionOps } from "../../store/undo/choose-ops.ts";
import { undoing } from "../op/undoing.ts";
import type { OperationOf } from "../operation.ts";

/** Takes back all that a session changed, as one operation. Throws SESSION_NOT_FOUND, OP_NOT_FOUND, UNDO_CONFLICT. */
export const undoSession: OperationOf<"session.undo"> = {
  input: () => import("@taskwerk/contract/log").then((m) => m.UndoSession),
  run: (context, input) =>
    undoing(context, "session.undo", input, async (op) => {
      await requireSession(op.tx, input.session);
      const ops = await sessionOps(op.tx, input.session);
      emit(op, "session.undone", input.session, { before: null, after: { ops: ops.length } });
      return ops;
    }),
};
