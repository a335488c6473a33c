import type { Page, Success } from "@taskwerk/contract/envelope";
import { cureLines } from "./cure-lines.ts";
import { csvOf, markdownOf } from "./documents.ts";
import { cellText, type Item, onlyFields, pick, valueAt } from "./fields.ts";
import { type Output, wantsScreen } from "./output.ts";
import { escapeJson, sanitise } from "./sanitise.ts";
import { widthOf } from "./width.ts";
import { wrap } from "./wrap.ts";

/** How the data of one command looks in each format. JSON needs nothing: it is the envelope. */
export interface View<T> {
  /** The things in the data, one a row. Default: an array is its items, anything else is one row. */
  readonly items?: (data: T) => readonly Item[];
  /** What `-q` prints. Default: the `id` of each item. */
  readonly ids?: (data: T) => readonly string[];
  /** The fields of a row when nobody chose others. */
  readonly fields: readonly string[];
  /** Every field a row can have: what `--fields` may name. */
  readonly known: readonly string[];
  /** What a person sees; where the answer is one page of more, also that. */
  readonly screen: (output: Output, success: Success<T>) => void;
  /** What a program sees where no format was asked for: rows (default), or the same screen without an end. */
  readonly piped?: "rows" | "screen";
  /** How to get what is not on this page, in words. Default: `--limit 0 for all`. */
  readonly rest?: (page: Page) => string;
}

/** Prints a success in the format that was asked for. One document under `--json`, whatever happens. */
export function printSuccess<T>(output: Output, success: Success<T>, view: View<T>): void {
  if (output.format === "json") {
    output.raw(`${jsonOf(onlyFields(success, output.fields))}\n`);
    return;
  }
  for (const warning of success.warnings) {
    const [first = "", ...more] = warningLines(warning, output.errorWidth);
    output.note({ text: WARNING, style: "yellow" }, ` ${first}`);
    for (const line of more) output.note(line);
  }
  const items = (view.items ?? itemsOf)(success.data);
  const screen = wantsScreen(output) || (output.format === "auto" && view.piped === "screen");
  if (output.quiet) output.rows((view.ids?.(success.data) ?? items.map((item) => cellText(item.id))).map((id) => [id]));
  else if (output.format === "ndjson") {
    for (const item of items) output.raw(`${jsonOf(output.fields ? pick(item, output.fields) : item)}\n`);
  } else if (output.format === "csv" || output.format === "csv-raw") {
    output.raw(csvOf(items, output.fields ?? view.fields, output.format === "csv"));
  } else if (output.format === "md") output.raw(markdownOf(items, output.fields ?? view.fields));
  else if (screen && !output.fields) {
    view.screen(output, success);
    if (output.isTTY) return;
  } else if (wantsScreen(output)) fieldTable(output, items, output.fields ?? view.fields);
  else rows(output, items, output.fields ?? view.fields);
  const { page } = success;
  const rest = view.rest ?? (() => "--limit 0 for all");
  if (page?.truncated) output.note(`${page.returned} of ${page.total} shown; ${rest(page)}.`);
}

function rows(output: Output, items: readonly Item[], fields: readonly string[]): void {
  output.rows(items.map((item) => fields.map((field) => cellText(valueAt(item, field)))));
}

function fieldTable(output: Output, items: readonly Item[], fields: readonly string[]): void {
  if (items.length === 0) return;
  const columns = fields.map((field) => ({ title: field.toUpperCase(), shrinks: SHRINKS.has(field) }));
  output.table(
    columns,
    items.map((item) => fields.map((field) => cellText(valueAt(item, field)))),
  );
}

const SHRINKS = new Set(["title", "description", "text", "note"]);

/** A document for stdout: whole, on one line, with nothing in it that a terminal acts on. */
export const jsonOf = (value: unknown): string => escapeJson(JSON.stringify(value));

const itemsOf = (data: unknown): readonly Item[] => (Array.isArray(data) ? data : [data as Item]);

const WARNING = "warning:";

/** A warning in lines of at most `width` cells, the first behind its head; what is to be copied stands below, whole. */
function warningLines(warning: string, width: number): readonly string[] {
  const text = sanitise(warning);
  if (widthOf(text) + WARNING.length + 1 <= width) return [text];
  const [, said = text, cure = ""] = /^(.*?[.!]) ([^.]*: {2}.*)$/.exec(text) ?? [];
  const [first = "", ...more] = wrap(said, width - 2, WARNING.length - 1);
  return [first, ...[...more, ...cureLines(cure, width - 2)].map((line) => `  ${line}`)];
}
