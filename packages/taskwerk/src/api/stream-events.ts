import { WerkError } from "@taskwerk/contract/errors";
import type { ListEvents } from "@taskwerk/contract/list-events";
import type { Context } from "hono";
import type { ApiLimits } from "../core/api-limits.ts";
import { COMMON_HEADERS } from "./answer.ts";
import { type EventStreams, type EventsAfter, eventStreams } from "./event-stream.ts";
import { hangUpOn, header } from "./read-caller.ts";
import { type StoreWatch, storeChanges } from "./store-changes.ts";

/** What a stream of events stands on. */
export interface EventSource {
  readonly eventsAfter: EventsAfter;
  /** The cursor of the newest event. */
  readonly newestEvent: () => Promise<number>;
  /** Begins to watch the store, whichever process writes to it. */
  readonly watch: () => StoreWatch;
  /** Told of errors that are defects of ours. */
  readonly onDefect: (error: unknown) => void;
}

/** All streams of events of one server. */
export function streamsOf(
  { eventsAfter, newestEvent, watch, onDefect }: EventSource,
  { heartbeatMs, streamMs }: Pick<ApiLimits, "heartbeatMs" | "streamMs">,
): EventStreams {
  const changes = storeChanges(watch, newestEvent);
  return eventStreams({ eventsAfter, changes, onDefect, heartbeatMs, stuckMs: streamMs });
}

/** True for who wants to hear of events as they happen. */
export const asksForStream = (method: string | undefined, accept: string | undefined): boolean =>
  method === "GET" && /\btext\/event-stream\b/i.test(accept ?? "");
export const wantsStream = (c: Context): boolean => asksForStream(c.req.method, c.req.header("accept"));

/**
 * What happens from a cursor on, as server-sent events (WHATWG HTML, section 9.2). A client that comes again says itself
 * where it was, in Last-Event-ID. Throws VALIDATION_FAILED.
 */
export async function streamEvents(c: Context, streams: EventStreams, input: ListEvents): Promise<Response> {
  const { since, type, limit } = input;
  if (limit !== undefined) {
    throw new WerkError("VALIDATION_FAILED", "limit is of a page; a stream has none.", {
      hint: "Leave it out, or ask for a page with  Accept: application/json",
      field: "limit",
    });
  }
  const last = header(c, "last-event-id");
  if (last !== null && !/^\d{1,15}$/.test(last)) {
    throw new WerkError("VALIDATION_FAILED", "last-event-id is the id of an event that came before.", {
      hint: "It is a number, the cursor of that event.",
      field: "last-event-id",
      given: last.slice(0, 100),
    });
  }
  const start = { since: last === null ? (since ?? null) : Number(last), ...(type ? { type } : {}) };
  const body = await streams.open(start, hangUpOn(c));
  return new Response(body, {
    headers: { ...COMMON_HEADERS, "content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked" },
  });
}
