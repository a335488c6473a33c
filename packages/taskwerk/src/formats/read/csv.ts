import { nearest } from "@taskwerk/contract/nearest";
import { unguarded } from "@taskwerk/terminal/formula";
import { LINE_LISTS, WORD_LISTS } from "../write/csv.ts";
import { EXPORT_FIELDS } from "../write/task-writer.ts";
import { minutesIn } from "./estimate.ts";
import { fieldNamed } from "./field-names.ts";
import { type ReadProblem, type ReadRows, type Source, unreadable } from "./read-file.ts";

interface Cell {
  readonly text: string;
  /** It stood in quotes: empty, it is a text and not nothing. */
  readonly quoted: boolean;
}
interface Line {
  readonly cells: readonly Cell[];
  /** From 1: where it begins. */
  readonly number: number;
}

const NUMBERS: ReadonlySet<string> = new Set(["rev", "active_ms", "fence"]);
const JSON_COLUMNS: ReadonlySet<string> = new Set([
  "acceptance",
  "links",
  "notes",
  "sessions",
  "evidence",
  "metadata",
  "claim",
  "uids",
]);
const PLAIN: ReadonlySet<string> = new Set(["title", "description", "status_reason"]);

/** How a file was written. */
export interface CsvDialect {
  /** A `'` before what looks like a formula is no part of the text. */
  readonly guarded: boolean;
  /** What a bare number of an estimate counts; default minutes. */
  readonly estimate?: "m" | "h";
}

/**
 * Comma- or tab-separated values with a header (RFC 4180; `;` too). Throws IMPORT_INVALID with every line that is wrong.
 */
export function readCsv({ name, text }: Source, { guarded, estimate = "m" }: CsvDialect): ReadRows {
  const separator = separatorOf(text);
  const lines = separator === "\t" ? tabbed(text) : quoted(name, text, separator);
  const [header, ...rest] = lines;
  if (!header) throw unreadable(`${name} is empty.`);
  const columns = columnsOf(name, header);
  // Backslashes are an export's own way; in other files they are only themselves.
  const escapes = separator === "\t" && columns.includes("uid");
  const problems: ReadProblem[] = [];
  const rows: unknown[] = [];
  for (const { cells, number } of rest) {
    const report = (field: string, message: string): void => {
      problems.push({ where: `line ${number}`, field, message });
    };
    const extra = cells.slice(columns.length).filter(({ text: cell }) => cell !== "");
    if (extra.length > 0) report("", `has ${cells.length} cells, and the header has ${columns.length}`);
    const row: Record<string, unknown> = {};
    columns.forEach((column, at) => {
      const cell = cells[at];
      if (column === null || !cell || (cell.text === "" && !cell.quoted)) return;
      const said = escapes ? unescaped(cell.text) : cell.text;
      try {
        row[column] = valueIn(column, guarded ? unguarded(said) : said, estimate);
      } catch (error) {
        report(column, error instanceof SyntaxError ? "is no JSON" : String((error as Error).message));
      }
    });
    rows.push(row);
  }
  if (problems.length > 0) {
    const bad = new Set(problems.map(({ where }) => where)).size;
    throw unreadable(`${name}: ${bad} ${bad === 1 ? "line is" : "lines are"} no row of the table.`, problems);
  }
  return { rows, places: rest.map(({ number }) => `line ${number}`) };
}

const SEPARATORS = [",", "\t", ";"] as const;

/** What stands most often in the first line, outside of quotes. */
function separatorOf(text: string): string {
  const counts = new Map<string, number>(SEPARATORS.map((one) => [one, 0]));
  for (let at = 0; at < text.length && text[at] !== "\n"; at += 1) {
    const letter = text[at]!;
    if (letter === '"') at = quoteEnd(text, at) ?? text.length;
    else if (counts.has(letter)) counts.set(letter, counts.get(letter)! + 1);
  }
  return SEPARATORS.reduce((best, one) => (counts.get(one)! > counts.get(best)! ? one : best));
}

/** Where the quote stands that closes the one here; null for none. Two of them are one that is meant. */
function quoteEnd(text: string, start: number): number | null {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return null;
}

function columnsOf(name: string, { cells }: Line): readonly (string | null)[] {
  const columns = cells.map(({ text }) => (text.trim() === "" ? null : fieldNamed(text)));
  const unknown = cells.flatMap(({ text }, at) => (columns[at] === undefined ? [text.trim()] : []));
  if (unknown.length > 0) {
    const problems = unknown.map((field) => {
      const near = nearest(field.toLowerCase().replace(/\s+/g, "_"), EXPORT_FIELDS);
      return {
        where: "line 1",
        field: field.slice(0, 40),
        message: `there is no such field${near ? `; did you mean "${near}"?` : ""}`,
      };
    });
    throw unreadable(`${name}: ${unknown.length} of ${cells.length} columns are none of a task.`, problems);
  }
  const twice = columns.find((column, at) => column && columns.indexOf(column) !== at);
  if (twice) throw unreadable(`${name}: two columns are the "${twice}" of a task.`);
  if (!columns.includes("title"))
    throw unreadable(`${name}: no column is the title. The first line names the columns.`);
  return columns as readonly (string | null)[];
}

function valueIn(column: string, text: string, unit: "m" | "h"): unknown {
  if (PLAIN.has(column)) return text;
  if (WORD_LISTS.has(column) || column === "blocks")
    return text.split(column === "tags" ? /[\s,]+/ : /[,\n]+/).flatMap((one) => one.trim() || []);
  if (LINE_LISTS.has(column)) return text.split("\n").flatMap((one) => one.trim() || []);
  if (column === "acceptance" && !/^\s*\[\s*(?:\{|\])/.test(text)) return criteriaOf(text);
  if (JSON_COLUMNS.has(column)) return JSON.parse(text);
  if (column === "satisfied") return /^(?:true|yes|1)$/i.test(text.trim());
  if (column === "estimate_minutes") {
    const minutes = minutesIn(text, unit);
    if (minutes === null) throw new Error(`"${text.slice(0, 40)}" is no length of time`);
    return minutes;
  }
  if (NUMBERS.has(column)) {
    if (!/^\d{1,15}$/.test(text.trim())) throw new Error(`"${text.slice(0, 40)}" is no whole number`);
    return Number(text);
  }
  return text;
}

/** Lines of criteria, as people type them into a cell: `[x] done`, `- open`. */
const criteriaOf = (text: string): readonly unknown[] =>
  text.split("\n").flatMap((line) => {
    const [, box, words = ""] = /^\s*(?:[-*]\s+)?(?:\[([ xX])\]\s*)?(.*)$/.exec(line.replace(/\r$/, ""))!;
    return words.trim() === "" ? [] : [{ text: words.trim(), checked: box?.toLowerCase() === "x" }];
  });

function* pieces(text: string): Generator<readonly [string, number]> {
  let number = 0;
  for (const line of text.split("\n")) {
    number += 1;
    yield [line.endsWith("\r") ? line.slice(0, -1) : line, number];
  }
}

const tabbed = (text: string): readonly Line[] =>
  [...pieces(text)].flatMap(([line, number]) =>
    line.trim() === ""
      ? []
      : [{ number, cells: line.split("\t").map((cell) => (cell === '""' ? EMPTY : { text: cell, quoted: false })) }],
  );
const EMPTY: Cell = { text: "", quoted: true };

const UNESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", "\\": "\\" };
const unescaped = (text: string): string => text.replace(/\\([tnr\\])/g, (_, letter: string) => UNESCAPES[letter]!);

function quoted(name: string, text: string, separator: string): readonly Line[] {
  const bareCell = new RegExp(`(?:[^"${separator}\\r\\n][^${separator}\\r\\n]*)?`, "y");
  const cellEnd = new RegExp(`${separator}|\\r?\\n|$`, "y");
  const lines: Line[] = [];
  let cells: Cell[] = [];
  let number = 1;
  let begins = 1;
  for (let at = 0; at < text.length; ) {
    const closes = text[at] === '"' ? quoteEnd(text, at) : null;
    bareCell.lastIndex = at;
    const cell: Cell =
      closes === null
        ? { text: bareCell.exec(text)![0], quoted: false }
        : { text: text.slice(at + 1, closes).replaceAll('""', '"'), quoted: true };
    cellEnd.lastIndex = closes === null ? at + cell.text.length : closes + 1;
    const end = cellEnd.exec(text)?.[0];
    if (end === undefined) {
      throw unreadable(`${name}: line ${number} has a quote that is not closed, or text behind one.`);
    }
    cells.push(cell);
    at = cellEnd.lastIndex;
    number += closes === null ? 0 : cell.text.split("\n").length - 1;
    if (end === separator && at < text.length) continue;
    if (end === separator) cells.push({ text: "", quoted: false });
    if (cells.length > 1 || cells[0]!.text.trim() !== "") lines.push({ cells, number: begins });
    cells = [];
    if (end !== separator && end !== "") number += 1;
    begins = number;
  }
  return lines;
}
