import { dim, type Part, type Style, textOf } from "./part.ts";
import { sanitise } from "./sanitise.ts";
import type { Sink } from "./sink.ts";
import { type Column, table } from "./table.ts";

/** The formats of an answer. */
export const FORMATS = ["table", "json", "ndjson", "tsv", "csv", "csv-raw", "md"] as const;
/** What stdout carries. `csv-raw` is `csv` without the guard against what a spreadsheet would take for a formula. Without a choice: a table for a person, tab-separated rows for a program. */
export type Format = (typeof FORMATS)[number];

/** Where it goes, who reads it, and what was asked for. */
export interface OutputOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** stdout is a terminal: a person reads it. */
  readonly isTTY: boolean;
  /** stderr is a terminal; default as stdout. */
  readonly errorsToTTY?: boolean;
  /** Cells a line has; default 80. */
  readonly columns?: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly format?: Format | undefined;
  /** Only these fields of each item. */
  readonly fields?: readonly string[] | undefined;
  /** Ids only, one a line. */
  readonly quiet?: boolean | undefined;
  /** false: no colour, whatever the environment says. */
  readonly color?: boolean | undefined;
  readonly now: () => Date;
}

/** The one door to stdout and stderr. Everything that passes is sanitised; styles are added after that. */
export interface Output {
  readonly format: Format | "auto";
  readonly fields: readonly string[] | undefined;
  readonly quiet: boolean;
  /** A person is reading stdout. */
  readonly isTTY: boolean;
  /** Cells a line has; without end where nobody looks. */
  readonly width: number;
  /** The same on stderr. */
  readonly errorWidth: number;
  readonly now: () => Date;
  /** One line on stdout. */
  readonly line: (...parts: readonly Part[]) => void;
  /** Aligned rows on stdout, with a dim header. */
  readonly table: (columns: readonly Column[], rows: readonly (readonly Part[])[]) => void;
  /** Rows on stdout, tab-separated. */
  readonly rows: (rows: readonly (readonly string[])[]) => void;
  /** One line on stderr. */
  readonly note: (...parts: readonly Part[]) => void;
  /** Finished text on stdout, unchanged: for JSON documents that {@link escapeJson} has seen. */
  readonly raw: (text: string) => void;
}

/** Makes the output of one program run from what its main was given. */
export function makeOutput(options: OutputOptions): Output {
  const paint = painter(wantsColour(options, options.isTTY));
  const paintError = painter(wantsColour(options, options.errorsToTTY ?? options.isTTY));
  const columns = Math.max(20, options.columns || 80);
  const width = options.isTTY ? columns : Number.POSITIVE_INFINITY;
  const errorWidth = (options.errorsToTTY ?? options.isTTY) ? columns : Number.POSITIVE_INFINITY;
  const line = (...parts: readonly Part[]): void => options.stdout.write(`${parts.map(paint).join("")}\n`);
  return {
    format: options.format ?? "auto",
    fields: options.fields,
    quiet: options.quiet ?? false,
    isTTY: options.isTTY,
    width,
    errorWidth,
    now: options.now,
    line,
    table(columns, rows) {
      table(columns, rows, width).forEach((row, index) => {
        line(...(index === 0 ? row.map((part) => dim(textOf(part))) : row));
      });
    },
    rows: (rows) => options.stdout.write(rows.map((cells) => `${cells.map(sanitise).join("\t")}\n`).join("")),
    note: (...parts) => options.stderr.write(`${parts.map(paintError).join("")}\n`),
    raw: options.stdout.write,
  };
}

/** True when a screen for a person is wanted: a terminal, or `--format table`. */
export const wantsScreen = (output: Output): boolean =>
  output.format === "table" || (output.format === "auto" && output.isTTY);

const SGR: Readonly<Record<Style, string>> = {
  green: "32",
  cyan: "36",
  yellow: "33",
  red: "31",
  dim: "2",
  bold: "1",
};

const painter =
  (colour: boolean) =>
  (part: Part): string => {
    const text = sanitise(textOf(part));
    return colour && typeof part !== "string" && text !== "" ? `\x1b[${SGR[part.style]}m${text}\x1b[0m` : text;
  };

/** no-color.org, and the usual FORCE_COLOR; a dumb terminal has none. */
function wantsColour({ env, color }: OutputOptions, isTTY: boolean): boolean {
  if (color === false || env.NO_COLOR) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return isTTY && env.TERM !== "dumb";
}
