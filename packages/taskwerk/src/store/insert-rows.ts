import type { SqlValue, Tx } from "@taskwerk/sqlite/database";

/** SQLite takes 32,766 values a statement; beyond some hundred rows a statement gains nothing. */
const MOST_VALUES = 30_000;
const MOST_ROWS = 250;

/** Inserts many rows with few statements. `columns` and `table` are ours, never input. */
export async function insertRows(
  tx: Tx,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  const size = Math.min(MOST_ROWS, Math.floor(MOST_VALUES / columns.length));
  for (let start = 0; start < rows.length; start += size) {
    const chunk = rows.slice(start, start + size);
    await tx.run(statement(table, columns, chunk.length), chunk.flat());
  }
}

function statement(table: string, columns: readonly string[], rows: number): string {
  const row = `(${columns.map(() => "?").join(", ")})`;
  return `insert into ${table} (${columns.join(", ")}) values ${Array.from({ length: rows }, () => row).join(", ")}`;
}
