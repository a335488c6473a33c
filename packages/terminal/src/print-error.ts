import type { Failure } from "@taskwerk/contract/envelope";
import { type ErrorBody, errorBodyOf, exitOf } from "@taskwerk/contract/errors";
import { cureLines } from "./cure-lines.ts";
import type { Item } from "./fields.ts";
import { cellText } from "./fields.ts";
import type { Output } from "./output.ts";
import { dim, type Part, red } from "./part.ts";
import { jsonOf } from "./print-success.ts";
import { sanitise } from "./sanitise.ts";
import { pad, widthOf } from "./width.ts";
import { wrap } from "./wrap.ts";

/**
 * Says what went wrong, and answers the exit code. Under `--json` one document on stdout; otherwise words on stderr
 * and nothing on stdout. `debug` adds the stack.
 */
export function printError(output: Output, error: unknown, debug = false): number {
  const body = errorBodyOf(error);
  if (output.format === "json") {
    const failure: Failure = { ok: false, v: 1, kind: "error", error: body, meta: {} };
    output.raw(`${jsonOf(failure)}\n`);
  } else {
    for (const line of errorLines(body, output.errorWidth)) output.note(...line);
  }
  if (debug && error instanceof Error) for (const line of (error.stack ?? "").split("\n")) output.note(dim(line));
  return exitOf(body.code);
}

const INDENT = 2;

/**
 * `error CODE: message`, the rows that are wrong, then what to type next: in lines of at most `width` cells, but for what is
 * to be copied, which is never broken.
 */
export function errorLines(body: ErrorBody, width = Number.POSITIVE_INFINITY): readonly (readonly Part[])[] {
  const below = (text: string): readonly (readonly Part[])[] => wrap(sanitise(text), width - INDENT).map(indented);
  const [first = "", ...rest] = body.message.split("\n");
  const head = `error ${body.code}:`;
  // The first line has the code before it, the others stand below.
  const [start = "", ...more] = wrap(sanitise(first), width - INDENT, widthOf(head) + 1 - INDENT);
  const lines: (readonly Part[])[] = [
    [red(head), start === "" ? "" : ` ${start}`],
    ...more.map(indented),
    ...rest.flatMap(below),
  ];
  lines.push(...problemLines(body.details.problems, width));
  const known = `${body.message} ${body.hint ?? ""}`;
  const candidates = (body.candidates ?? []).filter((one) => !known.includes(one));
  if (candidates.length > 0) lines.push(...below(`Did you mean:  ${candidates.slice(0, 5).join(", ")}`));
  for (const line of body.hint?.split("\n") ?? []) lines.push(...hintLines(line, width - INDENT).map(indented));
  return lines;
}

const indented = (text: string): readonly Part[] => [`${" ".repeat(INDENT)}${text}`];

function hintLines(line: string, width: number): readonly string[] {
  const text = sanitise(line.trim());
  return widthOf(text) <= width ? [text] : cureLines(text, width);
}

const PROBLEMS_SHOWN = 20;

/** `details.problems`: one for each wrong row, aligned: where, which field, why. */
function problemLines(problems: unknown, width: number): readonly (readonly Part[])[] {
  if (!Array.isArray(problems)) return [];
  const rows = (problems as readonly Item[])
    .slice(0, PROBLEMS_SHOWN)
    .map((problem) => ["where", "field", "message"].map((key) => cellText(problem[key])));
  const widths = [0, 1].map((index) => Math.max(0, ...rows.map((row) => widthOf(row[index]!))));
  const lines = rows.flatMap(([where = "", field = "", message = ""]) => {
    const begin = `  ${pad(where, widths[0]!)}  ${pad(field, widths[1]!)}  `;
    // Where names are so long that little is left beside them, the words stand below.
    const at = widthOf(begin) <= width / 2 ? widthOf(begin) : 2 * INDENT;
    const said = wrap(sanitise(message), width - at, widthOf(begin) - at);
    return said.map((text, n): readonly Part[] => [n === 0 ? `${begin}${text}` : `${" ".repeat(at)}${text}`]);
  });
  const more = problems.length - rows.length;
  return more > 0 ? [...lines, [`  and ${more} more (--json lists them all)`]] : lines;
}
