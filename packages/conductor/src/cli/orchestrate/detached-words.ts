/** The command line of a run in the background: what was understood of the one that was typed. Pure. */
import { type DeclaredFlag, declaredBy } from "@taskwerk/terminal/command/declare";
import { GLOBAL_OPTIONS, type GlobalFlags } from "../globals.ts";
import { type RunFlags, withRunFlags } from "./run-flags.ts";

export interface DetachedWish {
  /** The session to go on with; null = a new one. */
  readonly resume: string | null;
  /** What is left of the budget where planning has cost something; else what was typed holds. */
  readonly budgetUsd?: number | null;
}

/** Not for the run itself: it answers nobody, drives in its own foreground, and is without people anyway. */
const NOT_CARRIED: ReadonlySet<string> = new Set([
  "detach",
  "auto",
  "json",
  "format",
  "fields",
  "quiet",
  "input",
  "help",
]);

/**
 * The words behind the program's own. They are made from flags and not from words: a word of the command line may be a verb, a
 * document or the value of a flag, and looks the same. Documents have been planned and imported, and what plans them is not
 * among a run's flags.
 */
export function detachedWords(
  flags: RunFlags & GlobalFlags,
  { resume, budgetUsd = null }: DetachedWish,
): readonly string[] {
  const typed: Readonly<Record<string, unknown>> = { ...flags, ...(budgetUsd === null ? {} : { budget: undefined }) };
  return [
    "orchestrate",
    // The session stands before the flags: behind `--use-taskwerk` it would be its value.
    ...(resume === null ? ["run"] : ["resume", resume]),
    ...declaredBy(withRunFlags, GLOBAL_OPTIONS).flags.flatMap((flag) =>
      NOT_CARRIED.has(flag.name) ? [] : spelled(flag, typed[flag.name]),
    ),
    "--auto",
    "--no-input",
    ...(budgetUsd === null ? [] : [`--budget=${budgetUsd}`]),
  ];
}

/** As it would be typed, also where its value begins with a dash; nothing where it was not. */
function spelled({ spellings, takes, negative }: DeclaredFlag, value: unknown): readonly string[] {
  const name = spellings.find((one) => one.startsWith("--")) ?? spellings[0] ?? "";
  if (negative) return value === false ? [name] : [];
  if (value === undefined || value === false) return [];
  if (takes === "nothing" || value === true) return [name];
  return name.startsWith("--") ? [`${name}=${String(value)}`] : [name, String(value)];
}
