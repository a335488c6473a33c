import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { Command, CommanderError } from "commander";
import { globalOptions } from "./global-options.ts";
import type { GlobalFlags } from "./globals.ts";
import type { VerbEntry } from "./index.ts";
import type { Arguments, Verb } from "./verb.ts";

export interface Parsed {
  readonly args: Arguments;
  readonly flags: GlobalFlags & Readonly<Record<string, unknown>>;
}

/** The one Command of the verb that was typed, with its own flags and the global ones. */
export function commandOf(entry: VerbEntry, verb: Verb<unknown>): Command {
  const command = verb
    .build(new Command(`taskwerk ${entry.name}`).summary(entry.summary).description(`${entry.summary}.`))
    .helpOption(false)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  command.optionsGroup("Everywhere:");
  for (const option of globalOptions()) {
    const taken = command.options.some(({ long, short }) => long === option.long || (short && short === option.short));
    if (!taken) command.addOption(option);
  }
  return command;
}

/** Reads the words behind a verb. Throws USAGE with the flag that was probably meant. */
export function parse(command: Command, entry: VerbEntry, words: readonly string[]): Parsed {
  try {
    command.parse(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) throw usageError(error, command, entry);
    throw error;
  }
  return { args: command.processedArgs as Arguments, flags: command.opts() };
}

function usageError(error: CommanderError, command: Command, entry: VerbEntry): WerkError {
  const hint = `All flags:  taskwerk help ${entry.name}`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownOption": {
      const flags = command.options.flatMap(({ long, short }) => [long, short].filter((one) => one !== undefined));
      const near = nearest(quoted.split("=")[0]!, flags);
      return new WerkError("USAGE", `unknown flag ${quoted}.${near ? ` Did you mean ${near}?` : ""}`, {
        hint,
        given: quoted,
        ...(near ? { candidates: [near] } : {}),
      });
    }
    case "commander.missingArgument":
      return new WerkError("USAGE", `${quoted} is missing: taskwerk ${entry.usage}`, { hint, field: quoted });
    case "commander.optionMissingArgument":
      return new WerkError("USAGE", `${quoted} needs a value.`, { hint, field: quoted });
    case "commander.excessArguments":
      return new WerkError("USAGE", `too many arguments: taskwerk ${entry.usage}`, {
        hint: `A text of several words needs quotes. ${hint}`,
      });
    default:
      return new WerkError("USAGE", error.message.replace(/^error: /, ""), { hint });
  }
}
