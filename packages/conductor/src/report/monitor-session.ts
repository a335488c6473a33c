/** What the screen over a run is given, and what it may ask for. Types only: the doors hand it to each other through main. */
import type { Look } from "./look.ts";
import type { LogRow } from "./transcript-words.ts";

/** What came of an act: what is said of it, done or not. */
export interface Done {
  readonly ok: boolean;
  readonly text: string;
}

export type StopMode = "turn" | "after-task" | "now";

/** What a screen lets a person do; each as the verb of that name does it. None of them throws. */
export interface Acts {
  /** A text, or the number of an option. */
  readonly answer: (card: string, text: string) => Promise<Done>;
  readonly approve: (card: string) => Promise<Done>;
  readonly reject: (card: string, note: string) => Promise<Done>;
  readonly stop: (mode: StopMode) => Promise<Done>;
  readonly hint: (task: string, text: string) => Promise<Done>;
  readonly pause: (task: string) => Promise<Done>;
  readonly continue: (task: string) => Promise<Done>;
}

/** What lies between two trees, line by line; `none`: there is nothing to be shown, and why. */
export type ShownDiff =
  | {
      readonly kind: "diff";
      readonly title: string;
      readonly files: number;
      readonly lines: readonly string[];
      /** How to see the rest of one that is too long; null where it is whole. */
      readonly rest: string | null;
    }
  | { readonly kind: "none"; readonly why: string };

/** The newest rows of a log. */
export interface Log {
  readonly rows: readonly LogRow[];
  /** How many were before the first of them and are not kept. */
  readonly dropped: number;
}

/**
 * A screen over a run; ends when its reader leaves it, or the program is told to end. Gives the terminal back whatever happens,
 * and answers what the reader wrote and could not be sent, in lines.
 */
export type MonitorScreen = (session: MonitorSession) => Promise<readonly string[]>;

export interface MonitorSession {
  readonly first: Look;
  readonly hasColour: boolean;
  /** The zone of times. */
  readonly zone: string;
  /** The run is driven by this very process: who leaves ends it. */
  readonly drives: boolean;
  /** Calls back with every new look; answers how to stop that. */
  readonly watch: (onLook: (look: Look) => void, onSaid: (text: string) => void) => () => void;
  /** Follows what a task's agents say and do; calls back with the newest rows, and answers how to stop that. */
  readonly follow: (task: string, onLog: (log: Log) => void) => () => void;
  /** What a card is about (`A2`), or what has been done for a task. Throws nothing. */
  readonly diff: (about: string) => Promise<ShownDiff>;
  readonly acts: Acts;
  /** Aborted when the program is told to end. */
  readonly interrupted: AbortSignal;
  /** Ends the program as Ctrl-C does. */
  readonly interrupt: () => void;
}
