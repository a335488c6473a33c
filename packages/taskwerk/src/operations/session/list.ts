import { checkLimit } from "../../core/limit.ts";
import { listSessions } from "../../store/session-log.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** Sessions, the newest first, with what each changed in numbers. */
export const listSession: OperationOf<"session.list"> = {
  input: () => import("@taskwerk/contract/session").then((m) => m.ListSessions),
  run: (context, { active = false, limit, cursor }) =>
    look(context, async (reader) => {
      const { sessions, page } = await listSessions(reader, active, checkLimit(limit), cursor);
      return { data: sessions, page };
    }),
};
