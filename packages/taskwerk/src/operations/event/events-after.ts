import { WerkError } from "@taskwerk/contract/errors";
import type { TaskEvent } from "@taskwerk/contract/event";
import { eventTypesOf } from "../../core/event-types.ts";
import { eventCursor, isOurCursor } from "../../store/event-cursor.ts";
import { type EventChoice, eventsSince } from "../../store/event-log.ts";
import type { Reader } from "../../store/open.ts";

/** One page of events, of which nobody knows how many there are. */
export interface EventPage {
  readonly data: readonly TaskEvent[];
  /** There are more after these. */
  readonly truncated: boolean;
  /** What to ask with next. */
  readonly cursor: number;
  /** The cursor of the newest event. */
  readonly newest: number;
  readonly choice: EventChoice;
}

/**
 * What happened after `since`, in order, at most `limit`. It counts nothing: that takes longer the more events come after.
 * Throws VALIDATION_FAILED for a type that there is not, INVALID_QUERY for a cursor that this store never gave.
 */
export async function eventsAfter(
  reader: Reader,
  { since, type }: { readonly since: number; readonly type?: readonly string[] | undefined },
  limit: number,
): Promise<EventPage> {
  const choice = { since, types: eventTypesOf(type, "type") };
  const newest = await eventCursor(reader);
  if (since > newest)
    throw notOurs(`the cursor ${since} is ahead of this store, whose newest event is ${newest}.`, since, newest);
  if (!(await isOurCursor(reader, since))) {
    throw notOurs(`no event of this store has the cursor ${since}, though later ones are there.`, since, newest);
  }
  const found = await eventsSince(reader, choice, limit + 1);
  const data = found.slice(0, limit);
  const truncated = found.length > limit;
  return { data, truncated, cursor: truncated ? data.at(-1)!.cursor : newest, newest, choice };
}

/** Who goes on from there would miss what comes until then. */
const notOurs = (message: string, since: number, newest: number): WerkError =>
  new WerkError("INVALID_QUERY", message, {
    hint: `It is of another store, or of one that a backup has replaced. From the beginning:  taskwerk events list --since 0`,
    field: "since",
    given: String(since),
    details: { newest },
  });
