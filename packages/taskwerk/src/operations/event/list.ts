import { WerkError } from "@taskwerk/contract/errors";
import { EVENTS_A_PAGE, LIMITS } from "@taskwerk/contract/limits";
import { eventTypesOf } from "../../core/event-types.ts";
import { eventCursor, isOurCursor } from "../../store/event-cursor.ts";
import { countEventsSince, eventsSince } from "../../store/event-log.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/**
 * What happened after `since`, in order. The page's cursor is what to ask with next: with it nothing is missed and nothing
 * comes twice. Events are never removed. Throws VALIDATION_FAILED, INVALID_QUERY for a cursor that this store never gave.
 */
export const listEvent: OperationOf<"event.list"> = {
  input: () => import("@taskwerk/contract/list-events").then((m) => m.ListEvents),
  run: (context, { since = 0, type, limit = EVENTS_A_PAGE }) =>
    look(context, async (reader) => {
      const choice = { since, types: eventTypesOf(type, "type") };
      const newest = await eventCursor(reader);
      if (since > newest)
        throw notOurs(`the cursor ${since} is ahead of this store, whose newest event is ${newest}.`, since, newest);
      if (!(await isOurCursor(reader, since))) {
        throw notOurs(`no event of this store has the cursor ${since}, though later ones are there.`, since, newest);
      }
      const data = await eventsSince(reader, choice, checkMost(limit));
      const total = await countEventsSince(reader, choice);
      const truncated = total > data.length;
      const cursor = String(truncated ? data.at(-1)!.cursor : newest);
      return { data, page: { returned: data.length, total, truncated, cursor } };
    }),
};

/** Who goes on from there would miss what comes until then. */
const notOurs = (message: string, since: number, newest: number): WerkError =>
  new WerkError("INVALID_QUERY", message, {
    hint: `It is of another store, or of one that a backup has replaced. From the beginning:  taskwerk events list --since 0`,
    field: "since",
    given: String(since),
    details: { newest },
  });

function checkMost(limit: number): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= LIMITS.events) return limit;
  throw new WerkError("VALIDATION_FAILED", `one page is 1 to ${LIMITS.events} events.`, {
    hint: "The page after a cursor:  taskwerk events list --since CURSOR",
    field: "limit",
    given: String(limit),
  });
}
