import type { CheckReport } from "@taskwerk/contract/check";
import { WerkError } from "@taskwerk/contract/errors";
import { green } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";

/** `db check`: exit 5 with the list when anything is wrong. Changes nothing. */
export const dbCheckVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const { data, warnings } = await app.call("db.check", {});
    if (!data.ok) throw damaged(data);
    app.show("db.check", data, CHECKED, warnings);
  },
};

const SHOWN = 10;

function damaged({ store, problems }: CheckReport): WerkError {
  const lines = problems.slice(0, SHOWN).map(({ check, message }) => `${check.padEnd(8)}  ${message}`);
  if (problems.length > SHOWN) lines.push(`and ${problems.length - SHOWN} more (--json)`);
  return new WerkError(
    "STORE_CORRUPT",
    `${problems.length} ${problems.length === 1 ? "thing is" : "things are"} wrong with ${store}.`,
    {
      hint: [
        ...lines,
        "Keep the file as it is. Copies:  .taskwerk/backups   How to use one:  taskwerk help db restore",
      ].join("\n"),
      details: { store, problems },
    },
  );
}

const CHECKED: View<CheckReport> = {
  fields: ["store", "tasks", "ops", "changes", "events"],
  known: ["ok", "store", "tasks", "ops", "changes", "events", "problems"],
  items: (report) => [{ ...report, id: report.store }],
  piped: "screen",
  screen(output, { data: { tasks, ops, changes, events } }) {
    output.line(green("ok"), "  file, references, search");
    output.line(green("ok"), `  the log: ${ops} operations, ${changes} changes, ${events} events fit together`);
    output.line(green("ok"), `  ${tasks} tasks are what the log says, and counters what they count`);
  },
};
