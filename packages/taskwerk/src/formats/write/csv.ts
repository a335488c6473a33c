import { guarded } from "@taskwerk/terminal/formula";
import { EXPORT_FIELDS, saysNothing, type TaskWriter, writerOf } from "./task-writer.ts";

/** How cells stand in a line. */
export interface Separation {
  readonly separator: "," | "\t";
  /** A cell that a spreadsheet would run as a formula gets a `'` before it. */
  readonly guard: boolean;
}

/** Columns that are lists of words without commas. */
export const WORD_LISTS: ReadonlySet<string> = new Set(["tags", "depends_on"]);
/** Columns that are lists of lines. */
export const LINE_LISTS: ReadonlySet<string> = new Set(["files", "capabilities"]);

/** Comma-separated values (RFC 4180, lines ending in LF) or tab-separated ones, a header first, every field a column. */
export const csvWriter = (separation: Separation): TaskWriter => {
  const line = (cells: readonly string[]): string => `${cells.join(separation.separator)}\n`;
  const columns = EXPORT_FIELDS.filter((name) => name !== "history" && name !== "uids");
  return writerOf({
    begin: () => line(columns),
    task: (task) => line(columns.map((name) => cellOf(textOf(name, task[name]), separation))),
    end: () => "",
  });
};

/** A value as the text of its cell; null for none, which is not the same as an empty text. */
function textOf(name: string, value: unknown): string | null {
  if (typeof value === "string") return value;
  if (saysNothing(value)) return null;
  if (WORD_LISTS.has(name)) return (value as readonly string[]).join(", ");
  if (LINE_LISTS.has(name)) return (value as readonly string[]).join("\n");
  return JSON.stringify(value);
}

function cellOf(text: string | null, { separator, guard }: Separation): string {
  if (text === null) return "";
  const safe = guard ? guarded(text) : text;
  if (separator === "\t") return safe === "" ? '""' : escaped(safe);
  return safe === "" || /[",\r\n]/.test(safe) || /^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const ESCAPES: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };
/** Tab-separated cells have no quotes: what ends a cell or a line is written with a backslash. */
const escaped = (text: string): string => text.replace(/[\t\n\r\\]/g, (found) => ESCAPES[found]!);
