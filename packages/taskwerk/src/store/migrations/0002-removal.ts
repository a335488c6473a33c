import type { Migration } from "@taskwerk/sqlite/migrate";

/** Tasks that are deleted, archived and purged. */
export const removal: Migration = {
  major: 1,
  minor: 1,
  name: "removal",
  up: async (tx) => tx.exec((await import("../dialects/sqlite/second-schema.ts")).SECOND_SCHEMA),
};
