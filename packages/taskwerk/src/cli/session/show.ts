import type { ShownSession } from "@taskwerk/contract/session";
import { bold, dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { limitOf } from "../limit-of.ts";
import { opTable } from "../op/log.ts";
import { type Verb, wordOf } from "../verb.ts";
import { countsOf, SESSION_FIELDS, whenOf } from "./session-view.ts";

/** `session show NAME`: what it changed, the newest first. */
export const sessionShowVerb: Verb<{ readonly limit?: string; readonly cursor?: string }> = {
  build: (command) =>
    command
      .argument("<name>", "the session")
      .option("--limit <n>", "operations; 0 for all of them (50)")
      .option("--cursor <cursor>", "the page after this one"),
  async run(app, [name], { limit, cursor }) {
    await app.perform("session.show", { session: wordOf(name), ...limitOf(limit, cursor) }, SHOWN);
  },
};

const SHOWN: View<ShownSession> = {
  fields: ["id", "started_at", "ended_at", "actor", "ops", "tasks"],
  known: [...SESSION_FIELDS, "log"],
  items: (session) => [{ ...session }],
  piped: "screen",
  screen(output, { data, page }) {
    const ended = data.ended_at === null ? "" : `, ended ${whenOf(output, data.ended_at)}`;
    output.line(bold(data.id), `  started ${whenOf(output, data.started_at)} by ${data.actor}${ended}`);
    output.line(countsOf(data));
    if (data.log.length > 0) {
      output.line();
      opTable(output, data.log);
    }
    if (!output.isTTY) return;
    output.line();
    if (page?.truncated) output.line(`${page.returned} of ${page.total} operations. The rest: --limit 0`);
    output.line(dim(`Its tasks:  taskwerk list --session ${data.id}     All back:  taskwerk session undo ${data.id}`));
  },
};
