import { WerkError } from "@taskwerk/contract/errors";
import type { SqlValue } from "@taskwerk/sqlite/database";
import type { SortField, SortKey } from "../core/sort.ts";
import type { Where } from "./where.ts";

/** Something that rows are in the order of, never NULL. */
interface OrderKey {
  readonly sql: string;
  readonly down: boolean;
}

/** An order of tasks in which no two are alike. `name` tells cursors of one order from those of another. */
export interface ListOrder {
  readonly name: string;
  readonly keys: readonly OrderKey[];
}

const upwards = (name: string, columns: readonly string[]): ListOrder => ({
  name,
  keys: columns.map((sql) => ({ sql, down: false })),
});

/** Running first, then review, ready, waiting, blocked, paused, closed; the more urgent before the less. */
export const LISTED = upwards("", ["rank", "priority", "due_key", "dependants_key", "seq"]);
/** By urgency alone: priority, due date, how much waits for it, age. */
export const URGENT = upwards("", ["priority", "due_key", "dependants_key", "seq"]);

/** When a task is due, and what lies behind every date where it is not. */
export const DUE_KEY = "due_key";
/** What `due_key` is without a date. */
export const NO_DATE = "9999";

/** The column of each field; those that may be empty, and those whose numbers run the other way. */
const COLUMNS: Readonly<Record<SortField, { readonly sql: string; readonly empty?: 0 | ""; readonly falls?: true }>> = {
  priority: { sql: "priority", falls: true },
  due: { sql: "due_at", empty: "" },
  defer: { sql: "defer_until", empty: "" },
  created: { sql: "created_at" },
  updated: { sql: "updated_at" },
  started: { sql: "started_at", empty: "" },
  completed: { sql: "completed_at", empty: "" },
  estimate: { sql: "estimate_minutes", empty: 0 },
  status: { sql: "rank" },
  assignee: { sql: "assignee", empty: "" },
  category: { sql: "category", empty: "" },
  type: { sql: "type", empty: "" },
  title: { sql: "title" },
  key: { sql: "key", empty: "" },
  id: { sql: "seq" },
};

/** An order that somebody chose; the older before the younger where it says nothing. */
export function orderBy(keys: readonly SortKey[]): ListOrder {
  const each = keys.flatMap(({ field, down }): OrderKey[] => {
    const { sql, empty, falls = false } = COLUMNS[field];
    // The same order, as the index of due dates has it.
    if (field === "due" && !down) return [{ sql: DUE_KEY, down }];
    if (empty === undefined) return [{ sql, down: down !== falls }];
    return [
      { sql: `(${sql} is null)`, down: false },
      { sql: `coalesce(${sql}, ${empty === 0 ? "0" : "''"})`, down },
    ];
  });
  const name = keys.map(({ field, down }) => (down ? `-${field}` : field)).join(",");
  return { name, keys: keys.some(({ field }) => field === "id") ? each : [...each, { sql: "seq", down: false }] };
}

/** The order as SQL. */
export const orderSql = ({ keys }: ListOrder): string =>
  keys.map(({ sql, down }) => (down ? `${sql} desc` : sql)).join(", ");

/** What lies behind a row of that order. One comparison where all keys run upwards: that one an index can answer. */
export function behind({ keys }: ListOrder, row: readonly SqlValue[]): Where {
  if (keys.every(({ down }) => !down)) {
    const columns = keys.map(({ sql }) => sql).join(", ");
    return { sql: `(${columns}) > (${keys.map(() => "?").join(", ")})`, params: row };
  }
  const last = keys.length - 1;
  return keys.reduceRight<Where>(
    (rest, { sql, down }, at) => {
      const beyond = `${sql} ${down ? "<" : ">"} ?`;
      if (at === last) return { sql: beyond, params: [row[at]!] };
      return { sql: `(${beyond} or (${sql} = ? and ${rest.sql}))`, params: [row[at]!, row[at]!, ...rest.params] };
    },
    { sql: "", params: [] },
  );
}

/** Where a page ended, as text. */
export const writeCursor = ({ name }: ListOrder, row: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(name === "" ? row : [name, row])).toString("base64url");

/** Where the page before ended. Throws INVALID_QUERY for what no list of this order gave. */
export function readCursor({ name, keys }: ListOrder, text: string): readonly SqlValue[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    const row = name === "" ? read : Array.isArray(read) && read.length === 2 && read[0] === name ? read[1] : null;
    const fits =
      Array.isArray(row) &&
      row.length === keys.length &&
      row.every((one) => typeof one === "string" || typeof one === "number");
    if (fits) return row;
  } catch {
    // Falls through to the error below.
  }
  throw new WerkError("INVALID_QUERY", "the cursor is not one that this list gave.", {
    hint: "Begin without a cursor. A cursor goes with the order it came from.",
    field: "cursor",
    given: text.slice(0, 100),
  });
}
