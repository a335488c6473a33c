import { WerkError } from "@taskwerk/contract/errors";
import { dim } from "@taskwerk/terminal/part";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import type { JournalEvent } from "../../model/event.ts";
import type { Verb } from "../verb.ts";
import { lineOf } from "./event-lines.ts";
import { exportJournal } from "./export-journal.ts";
import { withoutToken } from "./without-token.ts";

/** `events`: the journal as it was written, oldest first, from a number on. */
export const eventsVerb: Verb<{ readonly since?: string; readonly session?: string; readonly export?: string }> = {
  build: (command) =>
    command
      .option("--since <number>", "only what came after this event")
      .option("--session <id>", "only this session's, e.g. run-2")
      .option("--export <file>", "all of it into a file that can be replayed; - is stdout"),
  async run(app, _, { since = "0", session, export: file }) {
    if (file !== undefined) {
      if (since !== "0" || session !== undefined)
        throw new WerkError("USAGE", "--export takes the whole journal: a part of it could not be replayed.", {
          hint: "A part, to look at:  conductor events --since 12 --format ndjson",
          field: "export",
        });
      return exportJournal(app, file);
    }
    if (!/^\d{1,15}$/.test(since))
      throw new WerkError("USAGE", `--since: "${since}" is not an event's number.`, { field: "since", given: since });
    const journal = await app.journal();
    const state = await journal.state();
    if (session !== undefined && !state.sessions.has(session))
      throw new WerkError("SESSION_NOT_FOUND", `there is no session ${session}`, {
        given: session,
        candidates: [...state.sessions.keys()].slice(-10),
      });
    const asked = { since: Number(since), ...(session === undefined ? {} : { session }) };
    const events = (await journal.read(asked)).map(withoutToken);
    app.show<readonly JournalEvent[]>("events", events, {
      items: (list) => list.map((event) => ({ ...event, id: event.seq })),
      fields: ["seq", "at", "type"],
      known: ["seq", "at", "type", "attempt", "session", "task", "hash"],
      screen(output) {
        if (events.length === 0) output.line("Nothing happened.");
        else
          output.table(
            [{ title: "EVENT", side: "right" }, { title: "WHEN" }, { title: "TYPE" }, { title: "WHAT", shrinks: true }],
            events.map((event) => [
              String(event.seq),
              output.isTTY ? dim(relativeTime(event.at, output.now())) : event.at,
              event.type,
              lineOf(event, state) ?? "",
            ]),
          );
      },
    });
    return undefined;
  },
};
