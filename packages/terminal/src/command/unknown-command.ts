import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { OtherWords, Program } from "./program.ts";
import type { VerbEntry } from "./verb.ts";

/**
 * The USAGE error for words that are no command: with what another program's word is here, the nearest command, or, where the
 * first word begins some commands (`under`), how those are typed. `second` is the word behind the first, flags left out.
 */
export function unknownCommand<App>(
  program: Program<App>,
  typed: readonly string[],
  second: string | null,
  under: readonly VerbEntry<App>[],
  others: OtherWords | undefined,
): WerkError {
  const [word = ""] = typed;
  if (under.length > 0) return unfinished(program, word, second, under);
  const { foreign } = program;
  if (foreign.words.has(word)) {
    return new WerkError("USAGE", `"${word}" belongs to ${foreign.program}, ${foreign.reason}.`, {
      hint: `Type:  ${[foreign.program, ...typed].map(shellWord).join(" ")}`,
      given: word,
    });
  }
  const here = meantBy(word, others);
  if (here !== undefined) {
    return new WerkError("USAGE", unknown(word, null), {
      hint: `Here that is:  ${program.name} ${here}\nAll commands:  ${program.name} help`,
      given: word,
    });
  }
  const near = nearest(word, program.verbs.flatMap(({ name, aliases = [] }) => [name, ...aliases]).concat("help"));
  return new WerkError("USAGE", unknown(word, near), {
    hint: `All commands:  ${program.name} help`,
    given: word,
    ...(near ? { candidates: [near] } : {}),
  });
}

/** What a word of other programs is here. */
export const meantBy = (word: string, others: OtherWords | undefined): string | undefined => {
  const given = word.toLowerCase();
  return others && Object.hasOwn(others.verbs, given) ? others.verbs[given] : undefined;
};

/** A first word that commands begin with, and nothing or no known word behind it. */
function unfinished<App>(
  program: Program<App>,
  word: string,
  second: string | null,
  under: readonly VerbEntry<App>[],
): WerkError {
  const near =
    second === null
      ? null
      : nearest(
          second,
          under.map(({ name }) => name.slice(word.length + 1)),
        );
  const message =
    second === null ? `${word} needs a word more.` : unknown(`${word} ${second}`, near && `${word} ${near}`);
  return new WerkError("USAGE", message, {
    hint: ["There is:", ...under.map(({ usage }) => `  ${program.name} ${usage}`)].join("\n"),
    ...(near ? { candidates: [`${word} ${near}`] } : {}),
  });
}

const unknown = (given: string, near: string | null): string =>
  `unknown command "${given}".${near ? ` Did you mean "${near}"?` : ""}`;
