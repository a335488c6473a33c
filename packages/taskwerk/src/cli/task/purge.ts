import type { PurgeResult } from "@taskwerk/contract/removal";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { some } from "../../core/some.ts";
import { confirm } from "../confirm.ts";
import { expandIds } from "../expand-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";

/** `purge [ID...]`: what deleted tasks say is gone for good. Asks; where nobody can be asked it takes --yes. */
export const purgeVerb: Verb<{ readonly dryRun?: boolean }> = {
  build: (command) =>
    command
      .argument("[ids...]", "deleted tasks; without ids all that is deleted")
      .option("--dry-run", "say which, change nothing"),
  async run(app, [words], { dryRun }) {
    const given = wordsOf(words);
    const ids = given.length === 0 ? {} : { ids: await expandIds(given, app.world.readStdin) };
    if (dryRun) return void (await app.perform("task.purge", { ...ids, dry_run: true }, PURGED));
    if (app.globals.yes) return void (await app.perform("task.purge", { ...ids, confirm: true }, PURGED));
    const { purged } = (await app.call("task.purge", { ...ids, dry_run: true }, { idempotencyKey: null })).data;
    if (purged.length > 0) {
      const what = purged.length === 1 ? `${purged[0]} is` : `${purged.length} deleted tasks (${some(purged)}) are`;
      await confirm(app, `${what} gone for good then: text, notes, and what the log says of them.`);
    }
    // What was confirmed, and nothing that somebody deletes in this moment.
    const exact = purged.length > 0 && purged.length <= 1_000 ? { ids: [...purged] } : ids;
    await app.perform("task.purge", { ...exact, confirm: true }, PURGED);
    return undefined;
  },
};

const PURGED: View<PurgeResult> = {
  fields: ["id"],
  known: ["id"],
  items: ({ purged }) => purged.map((id) => ({ id })),
  piped: "screen",
  screen(output, { data: { purged, dry_run } }) {
    if (purged.length === 0) output.line("Nothing is deleted.");
    else if (dry_run) output.line(`Would be gone for good: ${purged.join(", ")}. Nothing was changed.`);
    else {
      output.line(`Gone for good: ${purged.join(", ")}.`);
      if (output.isTTY) {
        output.line(dim("  Out of the file's free space too:  taskwerk db vacuum"));
        output.line(dim("  Backups that were made before have it still."));
      }
    }
  },
};
