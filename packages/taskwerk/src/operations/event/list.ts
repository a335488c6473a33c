import { countEventsSince, eventsSince } from "../../store/event-log.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

const DEFAULT_LIMIT = 500;
const MOST = 10_000;

/** What happened after `since`, in order. The page's cursor is what to ask with next. */
export const listEvent: OperationOf<"event.list"> = {
  input: () => import("@taskwerk/contract/task").then((m) => m.ListEvents),
  run: (context, { since = 0, limit = DEFAULT_LIMIT }) =>
    look(context, async (reader) => {
      const data = await eventsSince(reader, since, Math.min(Math.max(1, limit), MOST));
      const total = await countEventsSince(reader, since);
      const last = data.at(-1)?.cursor ?? since;
      return {
        data,
        page: { returned: data.length, total, truncated: total > data.length, cursor: String(last) },
      };
    }),
};
