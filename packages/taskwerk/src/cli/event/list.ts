import type { TaskEvent } from "@taskwerk/contract/event";
import { EVENTS_A_PAGE } from "@taskwerk/contract/limits";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import type { Verb } from "../verb.ts";
import { addEventFlags, EVENT_FIELDS, type EventFlags, eventInput, numberOf } from "./event-flags.ts";

/** `events list`: what happened, oldest first, from a cursor on. */
export const eventListVerb: Verb<EventFlags & { readonly limit?: string }> = {
  build: (command) => addEventFlags(command).option("--limit <n>", `how many (${EVENTS_A_PAGE})`),
  async run(app, _, { limit, ...flags }) {
    const input = {
      ...eventInput(flags),
      ...(limit === undefined ? {} : { limit: numberOf(limit, "limit") }),
    };
    await app.perform("event.list", input, EVENTS);
  },
};

const EVENTS: View<readonly TaskEvent[]> = {
  fields: ["cursor", "time", "type", "subject", "actor", "session"],
  known: EVENT_FIELDS,
  items: (events) => events.map((event) => ({ ...event })),
  rest: ({ cursor }) => `the rest: --since ${cursor}`,
  screen(output, { data, page }) {
    if (data.length === 0) output.line("Nothing happened.");
    else {
      output.table(
        [
          { title: "CURSOR", side: "right" },
          { title: "WHEN" },
          { title: "TYPE" },
          { title: "SUBJECT" },
          { title: "ACTOR" },
        ],
        data.map(({ cursor, time, type, subject, actor }) => [
          String(cursor),
          output.isTTY ? dim(relativeTime(time, output.now())) : time,
          type,
          subject,
          actor,
        ]),
      );
      if (!output.isTTY || !page?.truncated) return;
      output.line();
      output.line(`${page.returned} of ${page.total} events. The rest: --since ${page.cursor}`);
    }
  },
};
