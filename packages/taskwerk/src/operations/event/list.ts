import { WerkError } from "@taskwerk/contract/errors";
import { EVENTS_A_PAGE, LIMITS } from "@taskwerk/contract/limits";
import { countEventsSince } from "../../store/event-log.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { eventsAfter } from "./events-after.ts";

/**
 * What happened after `since`, in order. The page's cursor is what to ask with next: with it nothing is missed and nothing
 * comes twice. Events are never removed. Throws VALIDATION_FAILED, INVALID_QUERY for a cursor that this store never gave.
 */
export const listEvent: OperationOf<"event.list"> = {
  input: () => import("@taskwerk/contract/list-events").then((m) => m.ListEvents),
  run: (context, { since = 0, type, limit = EVENTS_A_PAGE }) =>
    look(context, async (reader) => {
      const { data, truncated, cursor, choice } = await eventsAfter(reader, { since, type }, checkMost(limit));
      const total = truncated ? await countEventsSince(reader, choice) : data.length;
      return { data, page: { returned: data.length, total, truncated, cursor: String(cursor) } };
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
