import { PRIORITIES } from "@taskwerk/contract/status";

type Values = Readonly<Record<string, unknown>>;

/** What the log keeps for itself: how a field is counted, not what it says. */
const INTERNAL: ReadonlySet<string> = new Set([
  "active_ms",
  "active_since",
  "claim_lease_s",
  "claim_until",
  "created_at",
  "created_by",
  "depth",
  "fence",
  "id",
  "uid",
  "updated_at",
  "updated_by",
]);

/** True for a column that a person never reads of. */
export const isInternal = (column: string): boolean => INTERNAL.has(column);

/** Columns whose text is JSON. */
const JSON_COLUMNS: ReadonlySet<string> = new Set(["files", "capabilities", "evidence", "metadata"]);

/** A column's value as a task shows it in JSON. `idOf` gives the display id of a row number. */
export function shownValue(column: string, value: unknown, idOf: (seq: number) => string | null): unknown {
  if (value === null || value === undefined) return null;
  if (column === "priority" && typeof value === "number") return PRIORITIES[value] ?? value;
  if (column === "parent" && typeof value === "number") return idOf(value);
  if (column === "satisfied") return value === 1;
  if (JSON_COLUMNS.has(column) && typeof value === "string") return JSON.parse(value);
  return value;
}

/** All of them. */
export const shownValues = (values: Values, idOf: (seq: number) => string | null): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shownValue(name, value, idOf)]));

const LONGEST = 40;

/** A value in a line of words: short texts quoted, long ones cut, nothing at all as `-`. */
export function valueWord(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return "-";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ").trim();
  const cut = line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
  return typeof value === "string" && /[\s,]/.test(cut) ? `"${cut}"` : cut;
}
