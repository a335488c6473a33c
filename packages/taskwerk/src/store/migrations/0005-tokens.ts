import type { Migration } from "@taskwerk/sqlite/migrate";

/** Tokens of the API for others than the owner. */
export const tokens: Migration = {
  major: 1,
  minor: 4,
  name: "tokens",
  up: async (tx) => tx.exec((await import("../dialects/sqlite/fifth-schema.ts")).FIFTH_SCHEMA),
};
