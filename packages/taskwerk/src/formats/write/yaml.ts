import type { ExportedTask } from "@taskwerk/contract/export";
import { EXPORT_FIELDS, saysNothing, type TaskWriter, writerOf } from "./task-writer.ts";

/**
 * YAML 1.2. Values are written as JSON, which YAML contains, but for texts of several lines that a block says as well. What
 * says nothing is left out.
 */
export const yamlWriter = (): TaskWriter =>
  writerOf({
    begin: ({ prefix }) => `format: taskwerk\nversion: 1\nprefix: ${prefix}\ntasks:\n`,
    task: taskOf,
    end: () => "",
  });

function taskOf(task: ExportedTask): string {
  const lines = EXPORT_FIELDS.flatMap((name) => (saysNothing(task[name]) ? [] : `${name}: ${said(task[name])}`));
  return `${lines.map((line, at) => `${at === 0 ? "  - " : "    "}${line}\n`).join("")}`;
}

const said = (value: unknown): string =>
  typeof value === "string" && fitsBlock(value)
    ? `|-\n${value
        .split("\n")
        .map((line) => (line === "" ? "" : `      ${line}`))
        .join("\n")}`
    : quoted(value);

/** JSON, with what YAML reads as a line break inside of quotes written by number. */
const quoted = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Several lines that a literal block gives back exactly. */
const fitsBlock = (text: string): boolean =>
  text.includes("\n") && /^[^\s\p{Cc}]/u.test(text) && /\S$/.test(text) && !UNFIT.test(text);
const UNFIT =
  /[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|\n[ \t]+(?:\n|$)/u;
