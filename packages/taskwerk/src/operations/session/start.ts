import { checkCall } from "../../core/call-words.ts";
import { emit, sessionStarted } from "../../store/op.ts";
import { sessionNamed } from "../../store/session-log.ts";
import { ensureSession } from "../../store/sessions.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";

/** Begins a session, or goes on with one that had ended. One that is there already stays as it is. */
export const startSession: OperationOf<"session.start"> = {
  input: () => import("@taskwerk/contract/session").then((m) => m.NamedSession),
  run: (context, { session }) => {
    checkCall({ ...context, session });
    return change({ ...context, session: null }, "session.start", { session }, async (op) => {
      if (await ensureSession(op.tx, session, op.actor, op.at)) {
        emit(op, "session.started", session, sessionStarted(op));
      }
      return { data: (await sessionNamed(op.tx, session))! };
    });
  },
};
