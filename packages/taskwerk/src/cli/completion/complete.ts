import { findVerb } from "@taskwerk/terminal/command/find-verb";
import { spellingsWithValue } from "@taskwerk/terminal/command/globals";
import { commandOf } from "@taskwerk/terminal/command/parse";
import { sanitise } from "@taskwerk/terminal/sanitise";
import type { App } from "../app.ts";
import { GLOBAL_OPTIONS } from "../globals.ts";
import { TOPICS } from "../help/topics.ts";
import type { VerbEntry } from "../verb.ts";
import type { StoreTarget } from "../world.ts";
import { type Candidate, startingWith } from "./candidate.ts";
import type { Ask } from "./live.ts";
import { candidatesFor } from "./values.ts";

type Verbs = readonly VerbEntry[];
type Command = ReturnType<typeof commandOf>;
type Option = Command["options"][number];

/** Whoever presses Tab does not wait for a server that is slow or hangs, milliseconds. */
const PATIENCE_MS = 700;

/**
 * Prints what may stand in the place of the last word, one a line, each with what it is. Shells ask this while somebody types,
 * so whatever goes wrong or takes too long, there are just no candidates.
 */
export async function complete(app: App, verbs: Verbs, words: readonly string[]): Promise<void> {
  const late = new Promise<readonly Candidate[]>((resolve) => setTimeout(() => resolve([]), PATIENCE_MS));
  const known = candidates(app, verbs, words.slice(0, -1), words.at(-1) ?? "").catch(() => []);
  const found = await Promise.race([known, late]);
  // What a terminal would act on is no candidate: it could not be typed either.
  const safe = found.filter(({ value }) => value !== "" && sanitise(value) === value);
  app.output.rows(safe.map(({ value, about }) => [value, about]));
}

/** What is given to a flag on the line, the last time where it stands more than once. */
export function givenTo(flag: string, words: readonly string[]): string | undefined {
  const at = words.lastIndexOf(flag);
  return at < 0 ? words.findLast((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1) : words[at + 1];
}

const WITH_VALUE = spellingsWithValue(GLOBAL_OPTIONS);

async function candidates(
  app: App,
  verbs: Verbs,
  before: readonly string[],
  typed: string,
): Promise<readonly Candidate[]> {
  const ask = askAt(app, before);
  const first = findVerb(before, WITH_VALUE);
  const place = { ask, verb: "", typed };
  if (first.word === null) {
    const flag = before.at(-1) ?? "";
    const global = GLOBAL_OPTIONS.find(({ flags }) => WITH_VALUE.has(flag) && flags.split(/[ ,]/).includes(flag));
    if (global) return candidatesFor(place, flag, placeholderOf(global.flags));
    if (typed.startsWith("-")) return startingWith(typed, GLOBAL_OPTIONS.map(flagCandidate));
    return startingWith(typed, firstWords(verbs));
  }
  if (first.word === "help") return helpCandidates(verbs, first.rest, typed);
  const second = findVerb(first.rest, WITH_VALUE);
  const pair = second.word === null ? undefined : named(verbs, `${first.word} ${second.word}`);
  const entry = pair ?? named(verbs, first.word);
  if (entry) return inVerb(ask, entry, pair ? second.rest : first.rest, typed);
  return second.word === null ? startingWith(typed, secondWords(verbs, first.word)) : [];
}

const named = (verbs: Verbs, name: string): VerbEntry | undefined =>
  verbs.find((verb) => verb.name === name || verb.aliases?.includes(name));

/** The store that the typed line means, which may have its own -C and --store. */
function askAt(app: App, before: readonly string[]): Ask {
  const [dir, store] = [givenTo("-C", before), givenTo("--store", before)];
  const target: StoreTarget = {
    ...app.target,
    ...(dir === undefined ? {} : { cwd: app.path(dir) }),
    ...(store === undefined ? {} : { store: app.path(store) }),
  };
  return async (name, input) => {
    const caller = { actor: await app.actor(), session: null, idempotencyKey: null };
    return (await app.world.run(target, caller, name, input)).data;
  };
}

function firstWords(verbs: Verbs): readonly Candidate[] {
  const words = new Map<string, string>();
  for (const { name, summary } of verbs) {
    const [word = "", ...more] = name.split(" ");
    words.set(
      word,
      more.length === 0
        ? summary
        : secondWords(verbs, word)
            .map(({ value }) => value)
            .join(", "),
    );
  }
  words.set("help", "About a command, a topic or an error");
  return Array.from(words, ([value, about]) => ({ value, about }));
}

const secondWords = (verbs: Verbs, word: string): readonly Candidate[] =>
  verbs
    .filter(({ name }) => name.startsWith(`${word} `))
    .map(({ name, summary }) => ({
      value: name.slice(word.length + 1),
      about: summary,
    }));

async function helpCandidates(verbs: Verbs, rest: readonly string[], typed: string): Promise<readonly Candidate[]> {
  const word = findVerb(rest, WITH_VALUE).word;
  if (word !== null) return startingWith(typed, secondWords(verbs, word));
  const { ERROR_CODES } = await import("@taskwerk/contract/error-pages");
  const topics = TOPICS.map(({ name, summary }) => ({ value: name, about: summary }));
  const codes = ERROR_CODES.map((value) => ({ value, about: "an error" }));
  return startingWith(typed, [...firstWords(verbs), ...topics, ...(typed === "" ? [] : codes)]);
}

/** Behind a command: the value of a flag, a flag, or an argument. */
async function inVerb(
  ask: Ask,
  entry: VerbEntry,
  before: readonly string[],
  typed: string,
): Promise<readonly Candidate[]> {
  const command = commandOf({ name: "taskwerk", options: GLOBAL_OPTIONS }, entry, await entry.load());
  const optionNamed = (flag: string): Option | undefined =>
    command.options.find(({ long, short }) => long === flag || short === flag);
  const onlyWords = before.includes("--");
  const behind = onlyWords ? undefined : optionNamed(before.at(-1) ?? "");
  if (behind && takesValue(behind)) return valueCandidates(ask, entry, behind, typed);
  const joined = /^(--[a-z-]+)=(.*)$/s.exec(typed);
  const of = joined && optionNamed(joined[1]!);
  if (joined && of) {
    const values = await valueCandidates(ask, entry, of, joined[2]!);
    return values.map(({ value, about }) => ({ value: `${joined[1]}=${value}`, about }));
  }
  const isTerm = /^-[a-z_.]+:/i.test(typed);
  if (typed.startsWith("-") && !isTerm && !onlyWords) return startingWith(typed, command.options.map(optionCandidate));
  const argument = argumentAt(command, words(before, optionNamed).length);
  return argument === undefined ? [] : candidatesFor({ ask, verb: entry.name, typed }, argument);
}

const valueCandidates = (ask: Ask, { name }: VerbEntry, option: Option, typed: string) =>
  candidatesFor({ ask, verb: name, typed }, option.long ?? "", option.short ?? "", placeholderOf(option.flags));
const takesValue = ({ required, optional }: Option): boolean => required || optional;
const placeholderOf = (flags: string): string => /<([^>]+)>/.exec(flags)?.[1] ?? "";

/** What was typed as arguments, without flags and their values. */
function words(before: readonly string[], optionNamed: (flag: string) => Option | undefined): readonly string[] {
  return before.filter((word, at) => {
    const flag = at === 0 ? undefined : optionNamed(before[at - 1]!);
    return !word.startsWith("-") && !(flag && takesValue(flag));
  });
}

/** The name of the argument in that place; the last one takes the rest where it takes several. */
function argumentAt({ registeredArguments }: Command, at: number): string | undefined {
  const last = registeredArguments.at(-1);
  return (registeredArguments[at] ?? (last?.variadic ? last : undefined))?.name();
}

const optionCandidate = ({ long, short, description }: Option): Candidate => ({
  value: long ?? short ?? "",
  about: description,
});
const flagCandidate = ({ flags, describe }: { readonly flags: string; readonly describe: string }): Candidate => ({
  value: /--[a-z-]+/.exec(flags)?.[0] ?? /-[a-zA-Z]/.exec(flags)?.[0] ?? "",
  about: describe,
});
