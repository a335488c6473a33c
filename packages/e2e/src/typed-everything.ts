/**
 * Watches which commands and flags of taskwerk the stories type. When every story of this package has run, it fails if one of
 * them was typed by none.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { programPath, TYPED_LOG } from "./rig.ts";

/** Set to anything: the comparison is made also where only some stories ran. */
const ALWAYS = "TASKWERK_COMPARE_TYPED";

interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
}

export default function setup(project: TestProject): () => void {
  const dir = mkdtempSync(join(tmpdir(), "typed-"));
  const log = join(dir, "lines");
  writeFileSync(log, "");
  process.env[TYPED_LOG] = log;
  return () => {
    try {
      const ran = project.vitest.state.getFiles().filter(({ projectName }) => projectName === project.name);
      const here = fileURLToPath(new URL(".", import.meta.url));
      // Of `npm run test:long` each file runs a part.
      const whole = !project.vitest.config.tagsFilter?.some((one) => one !== "!long");
      if (!process.env[ALWAYS] && (!whole || ran.length < storiesIn(here))) return;
      const untyped = untypedIn(readFileSync(log, "utf8").split("\n").filter(Boolean));
      if (untyped.length === 0) return;
      process.stderr.write(
        `No story types these, so nothing shows that they work:\n${untyped.map((one) => `  taskwerk ${one}\n`).join("")}`,
      );
      process.exitCode = 1;
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  };
}

const storiesIn = (dir: string): number =>
  readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".test.ts")).length;

const ask = <T>(...args: readonly string[]): T =>
  JSON.parse(execFileSync(process.execPath, [programPath("taskwerk"), ...args, "--json"], { encoding: "utf8" })).data;

interface Detail {
  readonly options: readonly { readonly flags: string }[];
}

/** Commands, and flags of commands, that none of these lines has. What stands on every command has a story of its own. */
export function untypedIn(lines: readonly string[]): readonly string[] {
  const typed = lines.map((line) => JSON.parse(line) as readonly string[]);
  const commands = ask<readonly Command[]>("help").map((one) => ({
    ...one,
    flags: ask<Detail>(...one.name.split(" "), "--help").options.map(({ flags }) => flags),
  }));
  return commands.flatMap(({ name, aliases, flags }) => {
    const own = typed.filter((words) => isOf(words, [name, ...aliases]));
    if (own.length === 0) return [name];
    const used = own.flat().map((word) => word.replace(/=.*$/s, ""));
    return flags
      .filter((flag) => !commands.every((other) => other.flags.includes(flag)))
      .map((flag) => flag.replace(/ [<[].*$/, "").split(", "))
      .filter((spellings) => !spellings.some((one) => used.includes(one)))
      .map((spellings) => `${name} ${spellings.at(-1)}`);
  });
}

function isOf(words: readonly string[], names: readonly string[]): boolean {
  const plain = words.filter((word, at) => !word.startsWith("-") && !WITH_VALUE.has(words[at - 1] ?? ""));
  return names.some((name) => name === plain.slice(0, name.split(" ").length).join(" "));
}

/** Flags before a command that take a value. */
const WITH_VALUE: ReadonlySet<string> = new Set(["-C", "--store", "--session", "--actor", "--format", "--fields"]);
