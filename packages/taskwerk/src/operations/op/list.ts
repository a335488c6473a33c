import { checkLimit } from "../../core/limit.ts";
import { parseSince } from "../../core/since.ts";
import { findAnyTask } from "../../store/find-task.ts";
import { listOps } from "../../store/op-log.ts";
import { requireSession } from "../../store/sessions.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { loggedOps } from "./logged-ops.ts";

/** Operations, the newest first, with what each changed. Throws SESSION_NOT_FOUND, TASK_NOT_FOUND, INVALID_DATE. */
export const listOp: OperationOf<"op.list"> = {
  input: () => import("@taskwerk/contract/log").then((m) => m.ListOps),
  run: (context, { task, session, actor, since, limit, cursor }) =>
    look(context, async (reader) => {
      if (session !== undefined) await requireSession(reader, session);
      const subject = task === undefined ? null : await findAnyTask(reader, context.store.prefix, task, "task");
      const filter = {
        ...(subject ? { subject: subject.uid } : {}),
        ...(session === undefined ? {} : { session }),
        ...(actor === undefined ? {} : { actor }),
        ...(since === undefined ? {} : { since: parseSince(since, context.now()) }),
      };
      const { ops, page } = await listOps(reader, filter, checkLimit(limit), cursor);
      return { data: await loggedOps(reader, ops), page };
    }),
};
