import { WerkError } from "@taskwerk/contract/errors";
import { EVENTS_A_PAGE, LIMITS } from "@taskwerk/contract/limits";
import { countEventsSince, eventsSince } from "../../store/event-log.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** What happened after `since`, in order. The page's cursor is what to ask with next. Throws VALIDATION_FAILED. */
export const listEvent: OperationOf<"event.list"> = {
  input: () => import("@taskwerk/contract/list-events").then((m) => m.ListEvents),
  run: (context, { since = 0, limit = EVENTS_A_PAGE }) =>
    look(context, async (reader) => {
      const data = await eventsSince(reader, since, checkMost(limit));
      const total = await countEventsSince(reader, since);
      const last = data.at(-1)?.cursor ?? since;
      return {
        data,
        page: { returned: data.length, total, truncated: total > data.length, cursor: String(last) },
      };
    }),
};

function checkMost(limit: number): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= LIMITS.events) return limit;
  throw new WerkError("VALIDATION_FAILED", `one page is 1 to ${LIMITS.events} events.`, {
    hint: "The page after a cursor:  taskwerk events list --since CURSOR",
    field: "limit",
    given: String(limit),
  });
}
