import type { Migration } from "@taskwerk/sqlite/migrate";
import { SECOND_SCHEMA } from "../dialects/sqlite/second-schema.ts";

/** Tasks that are deleted, archived and purged. */
export const removal: Migration = { major: 1, minor: 1, name: "removal", up: (tx) => tx.exec(SECOND_SCHEMA) };
