import type { Migration } from "@taskwerk/sqlite/migrate";

/** The first schema. */
export const first: Migration = {
  major: 1,
  minor: 0,
  name: "first",
  // Every start would read the text otherwise, and hardly any needs it.
  up: async (tx) => tx.exec((await import("../dialects/sqlite/first-schema.ts")).FIRST_SCHEMA),
};
