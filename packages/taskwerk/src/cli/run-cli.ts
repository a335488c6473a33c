import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { makeOutput, type Output } from "@taskwerk/terminal/output";
import { printError } from "@taskwerk/terminal/print-error";
import { findVerb, flagsOf, wantsJson } from "./find-verb.ts";
import { fieldsOf, formatOf, type GlobalFlags } from "./globals.ts";
import { CONDUCTOR_WORDS, GROUPS, VERBS, type VerbEntry, verbNamed } from "./index.ts";
import type { World } from "./world.ts";

/** Runs one command line and answers its exit code. Throws nothing. */
export async function runCli(world: World): Promise<number> {
  const flags = flagsOf(world.argv);
  const early = outputOf(world, {
    json: wantsJson(world.argv),
    color: !flags.includes("--no-color"),
  });
  const debug = flags.includes("--debug");
  try {
    return await runVerb(world, early, flags);
  } catch (error) {
    return printError(early, error, debug);
  }
}

async function runVerb(world: World, early: Output, flags: readonly string[]): Promise<number> {
  const { word, rest } = findVerb(world.argv);
  if (flags.includes("--version") || (word === null && flags.includes("-v"))) return printVersion(world, early);
  if (word === "help") return help(early, rest);
  if (word === null) return help(early, []);
  const { entry, words } = entryOf(word, rest);
  if (flags.includes("--help") || flags.includes("-h")) return help(early, entry.name.split(" "));
  const [{ commandOf, parse }, verb] = await Promise.all([import("./parse.ts"), entry.load()]);
  const parsed = parse(commandOf(entry, verb), entry, words);
  const globals: GlobalFlags = verb.ownsFormat ? withoutFormat(parsed.flags) : parsed.flags;
  const output = outputOf(world, globals);
  const { makeApp } = await import("./app.ts");
  return (await verb.run(makeApp(world, output, globals), parsed.args, parsed.flags)) ?? 0;
}

function withoutFormat({ format: _, ...flags }: GlobalFlags): GlobalFlags {
  return flags;
}

function outputOf(world: World, flags: GlobalFlags): Output {
  return makeOutput({
    stdout: world.stdout,
    stderr: world.stderr,
    isTTY: world.stdoutIsTTY,
    errorsToTTY: world.stderrIsTTY,
    columns: world.stdoutIsTTY ? world.columns() : undefined,
    env: world.env,
    now: world.now,
    format: formatOf(flags),
    fields: fieldsOf(flags),
    quiet: flags.quiet,
    color: flags.color,
  });
}

/** The verb of a first word, taking a second word where there are several. Throws USAGE with the nearest one. */
function entryOf(word: string, rest: readonly string[]): { entry: VerbEntry; words: readonly string[] } {
  const single = verbNamed(word);
  if (single) return { entry: single, words: rest };
  if (GROUPS.has(word)) {
    const second = findVerb(rest);
    const entry = second.word === null ? undefined : verbNamed(`${word} ${second.word}`);
    if (entry) return { entry, words: second.rest };
    const known = VERBS.flatMap(({ name }) => (name.startsWith(`${word} `) ? [name.slice(word.length + 1)] : []));
    const near = second.word === null ? null : nearest(second.word, known);
    throw new WerkError(
      "USAGE",
      second.word === null
        ? `${word} needs a word more.`
        : unknown(`${word} ${second.word}`, near && `${word} ${near}`),
      {
        hint: `There is:  ${known.map((one) => `taskwerk ${word} ${one}`).join(", ")}`,
        ...(near ? { candidates: [`${word} ${near}`] } : {}),
      },
    );
  }
  if (CONDUCTOR_WORDS.has(word)) {
    throw new WerkError("USAGE", `"${word}" belongs to conductor, which plans and runs tasks with agents.`, {
      hint: `Type:  ${["conductor", word, ...rest].map(shellWord).join(" ")}`,
      given: word,
    });
  }
  const near = nearest(word, VERBS.flatMap(({ name, aliases = [] }) => [name, ...aliases]).concat("help"));
  throw new WerkError("USAGE", unknown(word, near), {
    hint: "All commands:  taskwerk help",
    given: word,
    ...(near ? { candidates: [near] } : {}),
  });
}

const unknown = (given: string, near: string | null): string =>
  `unknown command "${given}".${near ? ` Did you mean "${near}"?` : ""}`;

/** A word as a shell reads it back. */
const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

async function help(output: Output, words: readonly string[]): Promise<number> {
  const { word, rest } = findVerb(words);
  const page = await import("./help.ts");
  if (word === null) page.printHelp(output);
  else {
    const { entry } = entryOf(word, rest);
    const [{ commandOf }, verb] = await Promise.all([import("./parse.ts"), entry.load()]);
    page.printVerbHelp(output, entry, commandOf(entry, verb));
  }
  return 0;
}

function printVersion(world: World, output: Output): number {
  const data = { name: "taskwerk", version: world.version };
  if (output.format !== "json") output.line(`taskwerk ${world.version}`);
  else output.raw(`${JSON.stringify({ ok: true, v: 1, kind: "version", data, warnings: [], meta: {} })}\n`);
  return 0;
}
