import { emit } from "../../store/op.ts";
import { sessionNamed } from "../../store/session-log.ts";
import { requireSession } from "../../store/sessions.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";

/** Ends a session; a later change in its name begins it again. Throws SESSION_NOT_FOUND. */
export const endSession: OperationOf<"session.end"> = {
  input: () => import("@taskwerk/contract/session").then((m) => m.NamedSession),
  run: (context, { session }) =>
    change({ ...context, session: null }, "session.end", { session }, async (op) => {
      await requireSession(op.tx, session);
      const ended = await op.tx.run("update sessions set ended_at = ? where id = ? and ended_at is null", [
        op.at,
        session,
      ]);
      if (ended > 0) emit(op, "session.ended", session, { before: { ended_at: null }, after: { ended_at: op.at } });
      return { data: (await sessionNamed(op.tx, session))! };
    }),
};
