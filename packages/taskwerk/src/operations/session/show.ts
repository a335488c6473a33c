import { checkLimit } from "../../core/limit.ts";
import { listOps } from "../../store/op-log.ts";
import { sessionNamed } from "../../store/session-log.ts";
import { requireSession } from "../../store/sessions.ts";
import { look } from "../look.ts";
import { loggedOps } from "../op/logged-ops.ts";
import type { OperationOf } from "../operation.ts";

/** A session and what it changed, the newest operation first. Throws SESSION_NOT_FOUND. */
export const showSession: OperationOf<"session.show"> = {
  input: () => import("@taskwerk/contract/session").then((m) => m.ShowSession),
  run: (context, { session, limit, cursor }) =>
    look(context, async (reader) => {
      await requireSession(reader, session);
      const { ops, page } = await listOps(reader, { session }, checkLimit(limit), cursor);
      return { data: { ...(await sessionNamed(reader, session))!, log: await loggedOps(reader, ops) }, page };
    }),
};
