import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";
import type { MigratedStore } from "../world.ts";

/** `db migrate`: what every other command does by itself with an older store, and says what it did. */
export const dbMigrateVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    app.refuseWhenReadonly("this may change the database");
    app.checkFields(MIGRATED);
    app.show("db.migrate", await (await app.world.files()).migrate(app.target), MIGRATED);
  },
};

const MIGRATED: View<MigratedStore> = {
  fields: ["store", "from", "to", "backup"],
  known: ["store", "from", "to", "backup"],
  items: (migrated) => [{ ...migrated, id: migrated.store }],
  screen(output, { data: { from, to, backup } }) {
    if (from === to) output.line(`Up to date: schema ${to}.`);
    else output.line(`Schema ${from} -> ${to}.`);
    if (backup !== null) output.line(dim(`  As it was: ${backup}`));
  },
};
