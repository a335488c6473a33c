import type { Migration } from "@taskwerk/sqlite/migrate";
import { FIRST_SCHEMA } from "../dialects/sqlite/first-schema.ts";

/** The first schema. */
export const first: Migration = { major: 1, minor: 0, name: "first", up: (tx) => tx.exec(FIRST_SCHEMA) };
