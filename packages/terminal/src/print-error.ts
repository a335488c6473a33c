import type { Failure } from "@taskwerk/contract/envelope";
import { type ErrorBody, errorBodyOf, exitOf } from "@taskwerk/contract/errors";
import type { Item } from "./fields.ts";
import { cellText } from "./fields.ts";
import type { Output } from "./output.ts";
import { dim, type Part, red } from "./part.ts";
import { jsonOf } from "./print-success.ts";
import { pad, widthOf } from "./width.ts";

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
    for (const line of errorLines(body)) output.note(...line);
  }
  if (debug && error instanceof Error) for (const line of (error.stack ?? "").split("\n")) output.note(dim(line));
  return exitOf(body.code);
}

/** `error CODE: message`, the rows that are wrong, then what to type next. */
export function errorLines(body: ErrorBody): readonly (readonly Part[])[] {
  const [first = "", ...rest] = body.message.split("\n");
  const lines: (readonly Part[])[] = [[red(`error ${body.code}:`), ` ${first}`]];
  for (const line of rest) lines.push([`  ${line}`]);
  lines.push(...problemLines(body.details.problems));
  const known = `${body.message} ${body.hint ?? ""}`;
  const candidates = (body.candidates ?? []).filter((one) => !known.includes(one));
  if (candidates.length > 0) lines.push([`  Did you mean:  ${candidates.slice(0, 5).join(", ")}`]);
  for (const line of body.hint?.split("\n") ?? []) lines.push([`  ${line.trim()}`]);
  return lines;
}

const PROBLEMS_SHOWN = 20;

/** `details.problems`: one line for each wrong row, aligned: where, which field, why. */
function problemLines(problems: unknown): readonly (readonly Part[])[] {
  if (!Array.isArray(problems)) return [];
  const rows = (problems as readonly Item[])
    .slice(0, PROBLEMS_SHOWN)
    .map((problem) => ["where", "field", "message"].map((key) => cellText(problem[key])));
  const widths = [0, 1].map((index) => Math.max(0, ...rows.map((row) => widthOf(row[index]!))));
  const lines = rows.map(([where = "", field = "", message = ""]) => [
    `  ${pad(where, widths[0]!)}  ${pad(field, widths[1]!)}  ${message}`,
  ]);
  const more = problems.length - rows.length;
  return more > 0 ? [...lines, [`  and ${more} more (--json lists them all)`]] : lines;
}
