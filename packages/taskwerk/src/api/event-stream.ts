import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { TaskEvent } from "@taskwerk/contract/event";
import type { StoreChanges } from "./store-changes.ts";

/** As many streams are open at once. */
export const MOST_STREAMS = 64;
/** Events that are read for a stream at once; more are read when those have gone. */
const AT_ONCE = 64;
/** How long a client waits before it comes again, milliseconds. */
const RETRY_MS = 2_000;

/** Where a stream begins and what it tells of. */
export interface StreamStart {
  /** The cursor after which it begins; null for what comes from now on. */
  readonly since: number | null;
  readonly type?: readonly string[];
}

/** One page of events after a cursor, what to ask with next, and the cursor of the newest. Throws as `event.list` does. */
export type EventsAfter = (
  choice: { readonly since: number; readonly type?: readonly string[] | undefined },
  limit: number,
) => Promise<{ readonly data: readonly TaskEvent[]; readonly cursor: number; readonly newest: number }>;

/** What streams stand on. */
export interface StreamWorld {
  readonly eventsAfter: EventsAfter;
  readonly changes: StoreChanges;
  readonly onDefect: (error: unknown) => void;
  /** Something is said so often, so that both sides see whether the other is there. */
  readonly heartbeatMs: number;
  /** A reader that takes nothing for so long is let go. */
  readonly stuckMs: number;
}

/** Server-sent events: what happens in a store, as it happens. */
export interface EventStreams {
  /**
   * The body of one stream, which has begun. `hangUp` ends the connection under a reader that takes nothing. Throws
   * RATE_LIMITED when 64 are open, and what the first look throws, e.g. INVALID_QUERY.
   */
  readonly open: (start: StreamStart, hangUp: () => void) => Promise<ReadableStream<Uint8Array>>;
  /** Lets every stream end after the event it is at; none can be opened any more. */
  readonly close: () => void;
}

/**
 * Streams that hold nothing back: each reads from the log what comes after its cursor when its reader wants more, so a slow
 * one costs no memory, and after a break (`Last-Event-ID`) it goes on where it was: nothing is missed, nothing comes twice.
 */
export function eventStreams(world: StreamWorld): EventStreams {
  const { heartbeatMs, stuckMs } = world;
  const open = new Set<() => void>();
  const state = { closed: false };
  return {
    async open({ since, type }, hangUp) {
      if (open.size >= MOST_STREAMS || state.closed) throw tooMany();
      const ended = { yes: false, wake: (): void => undefined };
      const end = (): void => {
        ended.yes = true;
        open.delete(end);
        if (open.size === 0) world.changes.rest();
        ended.wake();
      };
      open.add(end);
      const at = { cursor: since ?? 0, begun: false };
      try {
        // A wrong cursor or type is answered as any other call is.
        const { newest } = await world.eventsAfter({ since: at.cursor, type }, 1);
        if (since === null) at.cursor = newest;
      } catch (error) {
        end();
        throw error;
      }
      /** What comes next; null at the end. */
      const next = async (): Promise<string | null> => {
        if (!at.begun) {
          at.begun = true;
          // Without data no event is seen, but a client that is cut off now knows where it was.
          return `retry: ${RETRY_MS}\nid: ${at.cursor}\n\n`;
        }
        // Also where much happens of which nothing is told here.
        const beatAt = performance.now() + heartbeatMs;
        while (!ended.yes) {
          const seen = world.changes.count();
          const { data, cursor } = await world.eventsAfter({ since: at.cursor, type }, AT_ONCE);
          at.cursor = cursor;
          if (data.length > 0) return data.map(frameOf).join("");
          const wait = world.changes.after(seen, Math.max(0, beatAt - performance.now()));
          ended.wake = wait.stop;
          const changed = await wait.changed;
          if (!ended.yes && (!changed || performance.now() >= beatAt)) return `: ${world.changes.count()}\n\n`;
        }
        return null;
      };
      const watchdog = { timer: undefined as NodeJS.Timeout | undefined };
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            clearTimeout(watchdog.timer);
            const text = await next().catch((error: unknown) => {
              if (!isWerkError(error)) world.onDefect(error);
              return null;
            });
            if (ended.yes && text === null) return controller.close();
            if (text === null) {
              end();
              return controller.close();
            }
            watchdog.timer = setTimeout(hangUp, stuckMs).unref();
            controller.enqueue(new TextEncoder().encode(text));
          },
          cancel() {
            clearTimeout(watchdog.timer);
            end();
          },
        },
        { highWaterMark: 0 },
      );
    },
    close() {
      state.closed = true;
      for (const end of [...open]) end();
    },
  };
}

const frameOf = (event: TaskEvent): string =>
  `id: ${event.cursor}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const tooMany = (): WerkError =>
  new WerkError("RATE_LIMITED", `${MOST_STREAMS} streams of events are open here; that is the most.`, {
    hint: "Close one, or ask from time to time:  GET /v1/events?since=CURSOR",
  });
