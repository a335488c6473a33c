// @ts-check

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Writes the schema and every row of a store into a JSON file that floor.cjs inserts again: tables, indexes and full-text
 * tables; no triggers, since what they would do is among the rows.
 * @param {string} db
 * @param {string} to
 */
export function dump(db, to) {
  const Database = require("better-sqlite3");
  const source = new Database(db, { readonly: true });
  /** @type {{ type: string, name: string, sql: string }[]} */
  const entries = source
    .prepare("select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'")
    .all();
  const virtual = entries.filter(({ sql }) => /^create virtual table/i.test(sql)).map(({ name }) => name);
  const isShadow = (/** @type {string} */ name) => virtual.some((one) => name.startsWith(`${one}_`));
  const tables = entries.filter(({ type, name }) => type === "table" && !isShadow(name));
  const schema = entries
    .filter(({ type, name }) => (type === "table" || type === "index") && !isShadow(name))
    .sort((a, b) => Number(a.type === "index") - Number(b.type === "index"))
    .map(({ sql }) => sql);
  const dumped = tables.map(({ name }) => {
    const statement = source.prepare(`select ${virtual.includes(name) ? "rowid, *" : "*"} from "${name}"`);
    return {
      name,
      columns: statement.columns().map((/** @type {{ name: string }} */ one) => one.name),
      rows: statement.raw().all(),
    };
  });
  source.close();
  writeFileSync(to, JSON.stringify({ schema, tables: dumped }));
}
