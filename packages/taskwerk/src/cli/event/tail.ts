import type { TaskEvent } from "@taskwerk/contract/event";
import { dim } from "@taskwerk/terminal/part";
import { jsonOf } from "@taskwerk/terminal/print-success";
import type { App } from "../app.ts";
import type { Verb } from "../verb.ts";
import { addEventFlags, EVENT_FIELDS, type EventFlags, eventInput } from "./event-flags.ts";

const AT_ONCE = 500;
/** The store is looked at so often even if nobody said that it changed, milliseconds. */
const LOOK_MS = 1_000;

/**
 * `events tail`: what happens from now on, or after a cursor, until a signal comes; answers that signal's exit code. A line
 * an event: JSON where nobody looks, words on a terminal. Needs no server. With the last cursor it goes on where it was.
 */
export const eventTailVerb: Verb<EventFlags> = {
  build: addEventFlags,
  async run(app, _, flags) {
    app.checkFields({ known: EVENT_FIELDS });
    const { since, ...which } = eventInput(flags);
    // Watches before it looks: what is written in between wakes it.
    const watch = await app.world.watchStore(app.target);
    const stop = { code: null as number | null };
    void app.world.stopped().then((code) => {
      stop.code = code;
      watch.close();
    });
    try {
      const first = await app.call("event.list", { ...which, ...(since === undefined ? {} : { since }), limit: 1 });
      const state = { cursor: since ?? first.meta.cursor ?? 0 };
      if (app.output.isTTY) app.output.note(`Following from cursor ${state.cursor}; Ctrl-C ends it.`);
      while (stop.code === null && app.world.stdout.isOpen?.() !== false) {
        const { data, page } = await app.call("event.list", { ...which, since: state.cursor, limit: AT_ONCE });
        for (const event of data) printEvent(app, event);
        state.cursor = Number(page!.cursor);
        if (!page!.truncated && stop.code === null) await watch.next(LOOK_MS);
      }
    } finally {
      watch.close();
    }
    return stop.code ?? 0;
  },
};

function printEvent({ output }: App, event: TaskEvent): void {
  const { cursor, subject, type, time, actor, session, data } = event;
  if (output.quiet) output.rows([[subject]]);
  else if (output.fields) {
    const all: Readonly<Record<string, unknown>> = { ...event };
    output.raw(`${jsonOf(Object.fromEntries(output.fields.map((name) => [name, all[name] ?? null])))}\n`);
  } else if (output.format === "tsv" || output.format === "csv") {
    output.rows([[String(cursor), time, type, subject, actor, session ?? ""]]);
  } else if (output.isTTY && output.format !== "json" && output.format !== "ndjson") {
    output.line(
      dim(`${String(cursor).padStart(6)}  ${time.slice(11, 19)}`),
      "  ",
      type.padEnd(22),
      subject,
      "  ",
      dim(actor),
      says(data),
    );
  } else output.raw(`${jsonOf(event)}\n`);
}

/** What changed, in a few words. */
function says({ before, after, reason }: TaskEvent["data"]): string {
  const words = [
    ...["status", "parent"].flatMap((name) =>
      before?.[name] !== after?.[name] ? `${before?.[name] ?? "-"} -> ${after?.[name] ?? "-"}` : [],
    ),
    ...(typeof reason === "string" ? [reason] : []),
    ...["title", "text", "depends_on"].flatMap((name) => {
      const value = (after ?? before)?.[name];
      return typeof value === "string" ? [value] : [];
    }),
  ];
  const line = words.join(", ").replace(/\s+/g, " ");
  return line === "" ? "" : `  ${line.length > MOST ? `${line.slice(0, MOST - 1)}\u2026` : line}`;
}

const MOST = 60;
