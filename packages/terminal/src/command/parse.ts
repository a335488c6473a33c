import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { Command, CommanderError, Option } from "commander";
import type { Declaring } from "./declare.ts";
import type { GlobalFlags } from "./globals.ts";
import type { OtherWords, Program } from "./program.ts";
import { type Arguments, shownName, type Verb, type VerbEntry } from "./verb.ts";

export interface Parsed {
  readonly args: Arguments;
  readonly flags: GlobalFlags & Readonly<Record<string, unknown>>;
}

/** The one Command of the verb that was typed, with its own flags and the global ones. */
export function commandOf<App>(
  program: Pick<Program<App>, "name" | "options">,
  entry: VerbEntry<App>,
  verb: Verb<App, unknown>,
): Command {
  const command = new Command(`${program.name} ${shownName(entry)}`);
  verb.build(command as unknown as Declaring);
  command
    .summary(entry.summary)
    .description(`${entry.summary}.`)
    .helpOption(false)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  command.optionsGroup("Everywhere:");
  for (const { flags, describe } of program.options) {
    const option = new Option(flags, describe);
    const taken = command.options.some(
      ({ long, short }) => (long && long === option.long) || (short && short === option.short),
    );
    if (!taken) command.addOption(option);
  }
  return command;
}

/** Reads the words behind a verb. Throws USAGE with the flag that was probably meant. */
export function parse<App>(
  program: Program<App>,
  command: Command,
  entry: VerbEntry<App>,
  words: readonly string[],
  others?: OtherWords,
): Parsed {
  try {
    command.parse(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) throw usageError(error, command, entry, program.name, others);
    throw error;
  }
  return { args: command.processedArgs as Arguments, flags: command.opts() };
}

function usageError(
  error: CommanderError,
  command: Command,
  entry: Omit<VerbEntry<never>, "load">,
  program: string,
  others: OtherWords | undefined,
): WerkError {
  const hint = `All flags:  ${program} help ${shownName(entry)}`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownOption": {
      const flags = command.options.flatMap(({ long, short }) => [long, short].filter((one) => one !== undefined));
      const given = quoted.split("=")[0]!;
      const instead = otherOf(others?.instead, `${entry.name} ${given}`);
      if (instead !== undefined) {
        return new WerkError("USAGE", `unknown flag ${quoted}.`, {
          hint: `Here that is:  ${program} ${instead}\n${hint}`,
          given: quoted,
        });
      }
      const near = otherOf(others?.flags, given)?.find((flag) => flags.includes(flag)) ?? nearest(given, flags);
      return new WerkError("USAGE", `unknown flag ${quoted}.${near ? ` Did you mean ${near}?` : ""}`, {
        hint,
        given: quoted,
        ...(near ? { candidates: [near] } : {}),
      });
    }
    case "commander.missingArgument":
      return new WerkError("USAGE", `${quoted} is missing: ${program} ${entry.usage}`, { hint, field: quoted });
    case "commander.optionMissingArgument":
      return new WerkError("USAGE", `${quoted} needs a value.`, { hint, field: quoted });
    case "commander.excessArguments":
      return new WerkError("USAGE", `too many arguments: ${program} ${entry.usage}`, {
        hint: `A text of several words needs quotes. ${hint}`,
      });
    default:
      return new WerkError("USAGE", error.message.replace(/^error: /, ""), { hint });
  }
}

const otherOf = <T>(words: Readonly<Record<string, T>> | undefined, given: string): T | undefined =>
  words && Object.hasOwn(words, given) ? words[given] : undefined;
