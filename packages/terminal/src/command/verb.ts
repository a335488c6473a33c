/** What a person can type, as both programs describe it. */
import type { Declaring } from "./declare.ts";

/** What was typed behind the verb. commander gives a string for each argument, or a list for a variadic one. */
export type Arguments = readonly (string | readonly string[] | undefined)[];

/** One thing a person can type. `App` is what a program gives its verbs; `Flags` are the verb's own. */
export interface Verb<App, Flags> {
  /** Declares arguments and options, and nothing else: it may be asked for them more than once. */
  readonly build: (command: Declaring) => Declaring;
  /** Answers an exit code where that is not 0; everything that goes wrong is thrown. */
  readonly run: (app: App, args: Arguments, flags: Flags) => Promise<number | undefined>;
  /** Changes what was typed behind the verb before flags are looked for in it. */
  readonly beforeFlags?: (words: readonly string[]) => readonly string[];
  /** `--format` names this verb's document, not the look of the answer. */
  readonly ownsFormat?: boolean;
}

/** A verb before it is loaded: a name, a line of help, and where the rest is. */
export interface VerbEntry<App> {
  /** One or two words. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The heading it stands under. */
  readonly group: string;
  /** How it is typed, without the program's name. */
  readonly usage: string;
  readonly summary: string;
  // biome-ignore lint/suspicious/noExplicitAny: each verb has flags of its own type
  readonly load: () => Promise<Verb<App, any>>;
}

/** The name that its usage begins with, which the help page shows: an alias where that is shorter to type. */
export const shownName = ({ name, aliases = [], usage }: Omit<VerbEntry<never>, "load">): string =>
  [name, ...aliases].find((one) => usage === one || usage.startsWith(`${one} `)) ?? name;

/** A collector for repeatable flags; a variadic flag would swallow the title. */
export const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  value,
];

/** The same for comma lists: `-t a,b -t c`. */
export const collectList = (value: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  ...value.split(",").flatMap((one) => one.trim() || []),
];

/** The words of a variadic argument. */
export const wordsOf = (argument: Arguments[number]): readonly string[] =>
  argument === undefined ? [] : typeof argument === "string" ? [argument] : argument;

/** The text of a plain argument. */
export const wordOf = (argument: Arguments[number]): string => wordsOf(argument)[0] ?? "";
