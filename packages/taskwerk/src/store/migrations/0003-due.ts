import type { Migration } from "@taskwerk/sqlite/migrate";

/** Open tasks by when they are due. */
export const due: Migration = {
  major: 1,
  minor: 2,
  name: "due",
  up: async (tx) => tx.exec((await import("../dialects/sqlite/third-schema.ts")).THIRD_SCHEMA),
};
