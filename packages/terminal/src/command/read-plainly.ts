import { type Declaring, declaredBy } from "./declare.ts";
import type { Parsed } from "./parse.ts";

/**
 * Reads the words behind a verb where they are plain: known flags, spelled out, with their values behind them, and as many
 * words as the verb wants. Null for everything else, also for what is wrong: commander reads that, and says what is wrong.
 * Loading commander costs a tenth of a start.
 */
export function readPlainly(
  build: (command: Declaring) => Declaring,
  everywhere: readonly { readonly flags: string }[],
  words: readonly string[],
): Parsed | null {
  const declared = declaredBy(build, everywhere);
  const flags: Record<string, unknown> = {};
  for (const { negative, name } of declared.flags) if (negative) flags[name] = true;
  const operands: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === "--") {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const flag = declared.flags.find(({ spellings }) => spellings.includes(word));
    if (flag === undefined || flag.takes === "maybe") return null;
    if (flag.takes === "nothing") {
      flags[flag.name] = !flag.negative;
      continue;
    }
    at += 1;
    const value = words[at];
    if (value === undefined || value.startsWith("-")) return null;
    flags[flag.name] = flag.read === undefined ? value : flag.read(value, flags[flag.name]);
  }
  const args = argumentsOf(declared.args, operands);
  return args === null ? null : { args, flags };
}

/** The words as the verb's arguments; null when they are too few or too many. */
function argumentsOf(declared: ReturnType<typeof declaredBy>["args"], words: readonly string[]): Parsed["args"] | null {
  const args = declared.map(({ variadic }, at) => (variadic ? words.slice(at) : words[at]));
  const missing = declared.some(({ required }, at) => required && words[at] === undefined);
  return missing || (words.length > declared.length && !declared.at(-1)?.variadic) ? null : args;
}
