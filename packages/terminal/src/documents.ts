import { cellText, type Item, valueAt } from "./fields.ts";
import { guarded } from "./formula.ts";
import { sanitise, sanitiseBlock } from "./sanitise.ts";

/**
 * Rows as comma-separated values (RFC 4180, lines ending in LF), a header first. `guard`: a cell that a spreadsheet would
 * run as a formula gets a `'` before it (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function csvOf(items: readonly Item[], fields: readonly string[], guard: boolean): string {
  const cell = (text: string): string => {
    const clean = sanitiseBlock(text);
    const safe = guard ? guarded(clean) : clean;
    return /[",\n]/.test(safe) || /^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const line = (cells: readonly string[]): string => `${cells.map(cell).join(",")}\n`;
  return [fields, ...rowsOf(items, fields)].map(line).join("");
}

/** Rows as a table of Markdown. */
export function markdownOf(items: readonly Item[], fields: readonly string[]): string {
  const cell = (text: string): string =>
    sanitise(text)
      .replace(/[\\`*_[\]<>|~#]/g, "\\$&")
      .replaceAll("&", "&amp;");
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return [line(fields), line(fields.map(() => "---")), ...rowsOf(items, fields).map((row) => line(row.map(cell)))].join(
    "",
  );
}

const rowsOf = (items: readonly Item[], fields: readonly string[]): readonly (readonly string[])[] =>
  items.map((item) => fields.map((field) => cellText(valueAt(item, field))));
