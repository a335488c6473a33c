import type { SqlValue, Tx } from "@taskwerk/sqlite/database";

/** SQLite takes 32,766 values a statement. Beyond some dozen rows a statement only takes longer to prepare. */
const MOST_VALUES = 2_000;

/** Inserts many rows with few statements; takes them one by one, so that they need not all exist at once. */
export async function insertRows(
  tx: Tx,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly SqlValue[]>,
): Promise<void> {
  const size = Math.floor(MOST_VALUES / columns.length);
  const full = size * columns.length;
  let whole: string | null = null;
  let values: SqlValue[] = [];
  for (const row of rows) {
    for (const value of row) values.push(value);
    if (values.length < full) continue;
    whole ??= statement(table, columns, size);
    await tx.run(whole, values);
    values = [];
  }
  if (values.length > 0) await tx.run(statement(table, columns, values.length / columns.length), values);
}

function statement(table: string, columns: readonly string[], rows: number): string {
  const row = `(${columns.map(() => "?").join(", ")})`;
  return `insert into ${table} (${columns.join(", ")}) values ${new Array(rows).fill(row).join(", ")}`;
}
