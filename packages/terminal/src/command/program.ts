import type { Output } from "../output.ts";
import type { Sink } from "../sink.ts";
import type { GlobalFlags, GlobalOption } from "./globals.ts";
import type { VerbEntry } from "./verb.ts";

/** What a program's main was given by the system. */
export interface Surroundings {
  /** Without node and the program's own path. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdoutIsTTY: boolean;
  readonly stderrIsTTY: boolean;
  /** Cells a line of the terminal has. */
  readonly columns: () => number | undefined;
  readonly now: () => Date;
}

/** A page of help that is about no single verb. */
export interface Topic {
  readonly name: string;
  /** Other words that mean it, e.g. `exit codes`. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly load: () => Promise<readonly string[]>;
}

/** What is typed elsewhere for what is here: asked when a word was not understood. */
export interface OtherWords {
  /** A first word → what is typed here, without the program's name. */
  readonly verbs: Readonly<Record<string, string>>;
  /** A flag → the flags here that it may be; the one that the verb has is meant. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
  /** `verb --flag` → what is typed here, where that is no flag. */
  readonly instead: Readonly<Record<string, string>>;
}

/** A program with verbs. */
export interface Program<App> {
  readonly name: string;
  readonly version: string;
  /** What it is, in one line. */
  readonly intro: string;
  /** Headings of the help page, in order. */
  readonly groups: readonly string[];
  readonly verbs: readonly VerbEntry<App>[];
  readonly options: readonly GlobalOption[];
  /** The last lines of the help page. */
  readonly outro: readonly string[];
  /** What else `help` can tell of. */
  readonly topics?: readonly Topic[];
  readonly otherWords?: () => Promise<OtherWords>;
  /** The exit code of the signal that was caught; 0 when there was none. Default: none is ever caught. */
  readonly interruptedCode?: () => number;
  /** Words of the sister program: what to say when one is typed here. */
  readonly foreign: { readonly words: ReadonlySet<string>; readonly program: string; readonly reason: string };
  /** Prints what may stand in the place of the last word; asked by a shell as `__complete -- WORDS`. */
  readonly complete?: (output: Output, words: readonly string[]) => Promise<void>;
  readonly makeApp: (output: Output, flags: GlobalFlags) => Promise<App>;
}
