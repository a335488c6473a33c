import { EXIT, WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { makeOutput, type Output } from "../output.ts";
import { printError } from "../print-error.ts";
import { findVerb, flagsOf, wantsJson } from "./find-verb.ts";
import { fieldsOf, formatOf, type GlobalFlags, spellingsWithValue } from "./globals.ts";
import type { Parsed } from "./parse.ts";
import type { Program, Surroundings } from "./program.ts";
import { readPlainly } from "./read-plainly.ts";
import type { Verb, VerbEntry } from "./verb.ts";

/** Runs one command line and answers its exit code. Throws nothing. */
export async function runProgram<App>(program: Program<App>, around: Surroundings): Promise<number> {
  const flags = flagsOf(around.argv);
  const early = earlyOutput(around, wantsJson(around.argv));
  const errors = { output: early };
  try {
    return await runVerb(program, around, early, errors, flags);
  } catch (error) {
    const signalled = program.interruptedCode?.() ?? 0;
    if (signalled === 0) return tell(around, errors.output, error, flags.includes("--debug"));
    // Whatever it was that failed, it failed because somebody stopped it.
    tell(
      around,
      errors.output,
      new WerkError("INTERRUPTED", "it was stopped before it was done.", {
        hint: "Look what is done already before you run it again.",
        cause: error,
      }),
      false,
    );
    return signalled;
  }
}

/** Prints an error and answers its exit code; 1 where stdout cannot be written: then it is words on stderr, if those can. */
function tell(around: Surroundings, output: Output, error: unknown, debug: boolean): number {
  try {
    return printError(output, error, debug);
  } catch {
    try {
      printError(outputOf(around, {}), error, debug);
    } catch {
      // Nobody can be told. The exit code says that it failed.
    }
    return EXIT.unexpected;
  }
}

async function runVerb<App>(
  program: Program<App>,
  around: Surroundings,
  early: Output,
  errors: { output: Output },
  flags: readonly string[],
): Promise<number> {
  if (around.argv[0] === "__complete" && program.complete) {
    await program.complete(early, around.argv.slice(around.argv[1] === "--" ? 2 : 1));
    return 0;
  }
  const withValue = spellingsWithValue(program.options);
  const { word, rest } = findVerb(around.argv, withValue);
  if (flags.includes("--version") || (word === null && flags.includes("-v"))) return printVersion(program, early);
  if (word === "help") return help(program, early, rest, withValue);
  if (word === null) {
    refuseUnknownFlags(program, around.argv, withValue);
    return help(program, early, [], withValue);
  }
  if (flags.includes("--help") || flags.includes("-h")) return help(program, early, around.argv, withValue, true);
  const { entry, words } = await entryOf(program, word, rest, withValue);
  const verb = await entry.load();
  if (verb.ownsFormat) errors.output = earlyOutput(around, flags.includes("--json"));
  const parsed = await read(program, entry, verb, verb.beforeFlags?.(words) ?? words);
  const globals: GlobalFlags = verb.ownsFormat ? withoutFormat(parsed.flags) : parsed.flags;
  const app = await program.makeApp(outputOf(around, globals), globals);
  return (await verb.run(app, parsed.args, parsed.flags)) ?? 0;
}

/** Without a verb there are only the flags that every verb has. Throws USAGE for another, with the nearest one. */
function refuseUnknownFlags<App>(
  { name, options }: Program<App>,
  argv: readonly string[],
  withValue: ReadonlySet<string>,
): void {
  const known = [
    ...options.flatMap(({ flags }) => flags.match(/(?<=^|[\s,])--?[A-Za-z][\w-]*/g) ?? []),
    "--version",
    "-v",
  ];
  const given = flagsOf(argv).find((flag, at, all) => {
    const isValue = at > 0 && withValue.has(all[at - 1]!);
    return !isValue && !known.includes(flag.split("=")[0]!);
  });
  if (given === undefined) return;
  const near = nearest(given.split("=")[0]!, known);
  throw new WerkError("USAGE", `unknown flag ${given}.${near ? ` Did you mean ${near}?` : ""}`, {
    hint: `All commands and flags:  ${name} --help`,
    given,
    ...(near ? { candidates: [near] } : {}),
  });
}

/** What was typed behind a verb. Throws USAGE. */
async function read<App>(
  program: Program<App>,
  entry: VerbEntry<App>,
  verb: Verb<App, unknown>,
  words: readonly string[],
): Promise<Parsed> {
  const plain = readPlainly(verb.build, program.options, words);
  if (plain !== null) return plain;
  const { commandOf, parse } = await import("./parse.ts");
  return parse(program, commandOf(program, entry, verb), entry, words, await program.otherWords?.());
}

function withoutFormat({ format: _, ...flags }: GlobalFlags): GlobalFlags {
  return flags;
}

/** What is printed to before the command line is understood, and when it cannot be. */
const earlyOutput = (around: Surroundings, json: boolean): Output =>
  outputOf(around, { json, color: !flagsOf(around.argv).includes("--no-color") });

function outputOf(around: Surroundings, flags: GlobalFlags): Output {
  return makeOutput({
    stdout: around.stdout,
    stderr: around.stderr,
    isTTY: around.stdoutIsTTY,
    errorsToTTY: around.stderrIsTTY,
    columns: around.stdoutIsTTY ? around.columns() : undefined,
    env: around.env,
    now: around.now,
    format: formatOf(flags),
    fields: fieldsOf(flags),
    quiet: flags.quiet,
    color: flags.color,
  });
}

const verbNamed = <App>(program: Program<App>, name: string): VerbEntry<App> | undefined =>
  program.verbs.find((verb) => verb.name === name || verb.aliases?.includes(name));

/** The verbs of two words that begin with this one. */
const verbsUnder = <App>(program: Program<App>, word: string): readonly VerbEntry<App>[] =>
  program.verbs.filter(({ name }) => name.startsWith(`${word} `));

/** The verb of a first word, taking a second word where there are several. Throws USAGE with the nearest one. */
async function entryOf<App>(
  program: Program<App>,
  word: string,
  rest: readonly string[],
  withValue: ReadonlySet<string>,
): Promise<{ entry: VerbEntry<App>; words: readonly string[] }> {
  const second = findVerb(rest, withValue);
  const pair = second.word === null ? undefined : verbNamed(program, `${word} ${second.word}`);
  if (pair) return { entry: pair, words: second.rest };
  const single = verbNamed(program, word);
  if (single) return { entry: single, words: rest };
  const { unknownCommand } = await import("./unknown-command.ts");
  throw unknownCommand(program, [word, ...rest], second.word, verbsUnder(program, word), await program.otherWords?.());
}

async function help<App>(
  program: Program<App>,
  output: Output,
  words: readonly string[],
  withValue: ReadonlySet<string>,
  /** `VERB --help`: of a word that is a command and a topic, the command. */
  ofVerb = false,
): Promise<number> {
  const { word, rest } = findVerb(words, withValue);
  const page = await import("./help.ts");
  if (word === null) page.printHelp(output, program);
  else {
    const second = findVerb(rest, withValue).word;
    const single = verbNamed(program, word) !== undefined;
    const topic = (ofVerb && single ? [] : program.topics)?.find(({ name, aliases = [] }) =>
      [word, `${word} ${second}`].some((typed) => name === typed || aliases.includes(typed)),
    );
    const under = single ? [] : verbsUnder(program, word);
    if (topic) page.printTopic(output, topic, await topic.load());
    else if (under.length > 0 && second === null) page.printWordHelp(output, program, under);
    else if (single || under.length > 0 || program.foreign.words.has(word)) {
      const { entry } = await entryOf(program, word, rest, withValue);
      const [{ commandOf }, verb] = await Promise.all([import("./parse.ts"), entry.load()]);
      page.printVerbHelp(output, entry, commandOf(program, entry, verb), verb.examples);
    } else {
      const { printCodeHelp } = await import("./help-code.ts");
      printCodeHelp(output, program, word, await program.otherWords?.());
    }
  }
  return 0;
}

function printVersion<App>({ name, version }: Program<App>, output: Output): number {
  if (output.format !== "json") output.line(`${name} ${version}`);
  else
    output.raw(
      `${JSON.stringify({ ok: true, v: 1, kind: "version", data: { name, version }, warnings: [], meta: {} })}\n`,
    );
  return 0;
}
