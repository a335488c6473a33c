import { ERROR_CODES, type ErrorPage, errorPage, exitMeaning } from "@taskwerk/contract/error-pages";
import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import type { Output } from "../output.ts";
import { bold, dim } from "../part.ts";
import { jsonOf } from "../print-success.ts";
import { labelled } from "../table.ts";
import { wrap } from "../wrap.ts";
import type { OtherWords, Program } from "./program.ts";
import { meantBy } from "./unknown-command.ts";

/** The page of an error's code. Throws USAGE for a word that is none, with the command, topic or code that was probably meant. */
export function printCodeHelp<App>(output: Output, program: Program<App>, word: string, others?: OtherWords): void {
  const page = errorPage(word);
  if (page === undefined) throw unknownWord(program, word, others);
  if (output.format !== "json") printPage(output, page);
  else output.raw(`${jsonOf({ ok: true, v: 1, kind: "help.code", data: page, warnings: [], meta: {} })}\n`);
}

const LABEL = 11;

function printPage(output: Output, { code, means, remedy, exit_code, http_status, retryable }: ErrorPage): void {
  const width = Math.min(100, Number.isFinite(output.width) ? output.width : 80);
  output.line(bold(code));
  for (const line of wrap(`  ${means}`, width)) output.line(line);
  output.line();
  const number = `${exit_code}  `;
  const indent = 2 + LABEL + 2 + number.length;
  const [exit = "", ...more] = wrap(exitMeaning(exit_code), width - indent);
  output.line("  ", ...labelled("Exit code", LABEL, `${number}${exit}`));
  for (const line of more) output.line(" ".repeat(indent), line);
  output.line("  ", ...labelled("HTTP status", LABEL, String(http_status)));
  output.line("  ", ...labelled("Again", LABEL, retryable ? "may succeed as it is" : "fails in the same way"));
  output.line();
  for (const line of wrap(`  ${remedy}`, width)) output.line(line);
  if (output.isTTY) output.line(dim("  All codes:  help errors"));
}

function unknownWord<App>(program: Program<App>, word: string, others: OtherWords | undefined): WerkError {
  const here = meantBy(word, others);
  if (here !== undefined) {
    return new WerkError("USAGE", `there is no help on "${word}".`, {
      hint: `Here that is:  ${program.name} ${here}\nCommands and topics:  ${program.name} help`,
      given: word,
    });
  }
  const names = program.verbs.flatMap(({ name, aliases = [] }) => [name, name.split(" ")[0]!, ...aliases]);
  const topics = (program.topics ?? []).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const near = nearest(word, [...names, ...topics, ...ERROR_CODES]);
  return new WerkError("USAGE", `there is no help on "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Commands and topics:  ${program.name} help`,
    given: word,
    ...(near ? { candidates: [near] } : {}),
  });
}
