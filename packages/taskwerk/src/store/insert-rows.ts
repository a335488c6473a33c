import type { SqlValue, Tx } from "@taskwerk/sqlite/database";

/** SQLite takes 32,766 values a statement; beyond some hundred rows a statement gains nothing. */
const MOST_VALUES = 8_000;

/** Inserts many rows with few statements; takes them one by one, so that they need not all exist at once. */
export async function insertRows(
  tx: Tx,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly SqlValue[]>,
): Promise<void> {
  const full = Math.floor(MOST_VALUES / columns.length) * columns.length;
  let values: SqlValue[] = [];
  for (const row of rows) {
    for (const value of row) values.push(value);
    if (values.length < full) continue;
    await tx.run(statement(table, columns, values.length), values);
    values = [];
  }
  if (values.length > 0) await tx.run(statement(table, columns, values.length), values);
}

function statement(table: string, columns: readonly string[], values: number): string {
  const row = `(${columns.map(() => "?").join(", ")})`;
  const rows = new Array(values / columns.length).fill(row);
  return `insert into ${table} (${columns.join(", ")}) values ${rows.join(", ")}`;
}
