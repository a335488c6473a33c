import type { Migration } from "@taskwerk/sqlite/migrate";

/** Webhooks and their deliveries. */
export const webhooks: Migration = {
  major: 1,
  minor: 2,
  name: "webhooks",
  up: async (tx) => tx.exec((await import("../dialects/sqlite/third-schema.ts")).THIRD_SCHEMA),
};
