import type { Migration } from "@taskwerk/sqlite/migrate";

/** Webhooks and their deliveries. */
export const webhooks: Migration = {
  major: 1,
  minor: 3,
  name: "webhooks",
  up: async (tx) => tx.exec((await import("../dialects/sqlite/fourth-schema.ts")).FOURTH_SCHEMA),
};
