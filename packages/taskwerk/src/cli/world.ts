/** What the command line is handed by main: everything outside of it. Types only. */
import type { ApiFile, ApiInfo } from "@taskwerk/contract/api-file";
import type { Operations } from "@taskwerk/contract/client";
import type { Success } from "@taskwerk/contract/envelope";
import type { OperationName } from "@taskwerk/contract/routes";
import type { Sink } from "@taskwerk/terminal/sink";
import type { ApiLimits } from "../core/api-limits.ts";

/** Which store is meant: `--store`, the environment, or the place one stands in. */
export interface StoreTarget {
  readonly cwd: string;
  readonly store?: string;
  /** The last directory upwards in which to look. Default: the root. */
  readonly upTo?: string;
}

/** Who calls. */
export interface Caller {
  readonly actor: string;
  readonly session: string | null;
  readonly idempotencyKey: string | null;
  /** Told how much of something long is done. */
  readonly progress?: (done: number, total: number) => void;
}

/** Where an export goes, piece by piece: `begin` first, then tasks, each as one JSON text. */
export interface ExportSink {
  readonly begin: (info: { readonly prefix: string; readonly total: number }) => void;
  readonly rows: (rows: readonly string[]) => Promise<void> | void;
}

/** What was exported; `outside`: parents and dependencies of these tasks that are none of them. */
export interface Exported {
  readonly tasks: number;
  readonly outside: number;
}

/** Runs one operation against the store that is meant. Throws what the operation throws, or STORE_NOT_FOUND. */
export type RunOperation = <N extends OperationName>(
  target: StoreTarget,
  caller: Caller,
  name: N,
  input: Operations[N]["input"],
) => Promise<Success<Operations[N]["output"]>>;

/** How a server is to be started. */
export interface ApiStart {
  readonly port: number;
  readonly host: string;
  readonly allowRemote: boolean;
  readonly untilStdinCloses: boolean;
  /** Names beside this machine's own under which it may be called. */
  readonly hosts: readonly string[];
  readonly limits: ApiLimits;
  /** A file for what it does. */
  readonly log: string | null;
  readonly verbose: boolean;
}

/** API mode, as the command line sees it. */
export interface ApiControl {
  /** Serves until a signal (or the end of stdin) comes; `listening` is called once it answers. */
  readonly serve: (target: StoreTarget, start: ApiStart, listening: (info: ApiInfo) => void) => Promise<number>;
  /** Starts the same in a process of its own and waits until it answers. */
  readonly detach: (target: StoreTarget, start: ApiStart) => Promise<ApiInfo>;
  /** The server of this store and whether it answers, or null when none runs. */
  readonly find: (target: StoreTarget) => Promise<{ readonly info: ApiInfo; readonly answers: boolean } | null>;
  /** The owner's token of the running server, after it took a new one if so wanted; null when none runs. */
  readonly token: (target: StoreTarget, rotate: boolean) => Promise<ApiFile | null>;
  /** Ends it and waits for its end; null when none ran. */
  readonly stop: (target: StoreTarget) => Promise<ApiInfo | null>;
}

/** As whom an agent's calls are made; without an actor as the client calls itself. */
export interface McpStart {
  readonly actor: string | null;
  readonly session: string | null;
  readonly claim: string | undefined;
  readonly readonly: boolean;
}

/** A copy of the database, whole. */
export interface MadeBackup {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

/** What restoring a backup did. */
export interface RestoredStore {
  readonly store: string;
  readonly from: string;
  /** Where the database lies that was there before; null where there was none. */
  readonly kept: string | null;
  readonly tasks: number;
}

/** A store's file, as it was found and as it is now. */
export interface MigratedStore {
  readonly store: string;
  readonly from: string;
  readonly to: string;
  /** The copy that was made before anything was changed; null when nothing was. */
  readonly backup: string | null;
}

/** What is done to the database's file rather than to what is in it. */
export interface StoreFiles {
  /** Copies it, also while others write. Without a file it goes to the store's `backups`. Throws USAGE for one that exists. */
  readonly backUp: (target: StoreTarget, file: string | null) => Promise<MadeBackup>;
  /** Puts a backup in its place, and keeps what was there beside it. */
  readonly restore: (target: StoreTarget, file: string) => Promise<RestoredStore>;
  readonly migrate: (target: StoreTarget) => Promise<MigratedStore>;
  /** Gives unused space back to the disk: bytes before and after. */
  readonly vacuum: (target: StoreTarget) => Promise<{ readonly before: number; readonly after: number }>;
}

/** Wakes whoever waits for a store to change. */
export interface StoreWatch {
  /** Comes when somebody wrote since the last time, or after so many milliseconds. */
  readonly next: (ms: number) => Promise<void>;
  readonly close: () => void;
}

/** A store that was asked for; `completed` lay there as an empty file. */
export interface Made {
  readonly created: boolean;
  readonly completed: boolean;
  readonly prefix: string;
}

/** The outside, as main hands it in. */
export interface World {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdoutIsTTY: boolean;
  readonly stderrIsTTY: boolean;
  readonly stdinIsTTY: boolean;
  /** Asks the person at the terminal; null when he would not answer. */
  readonly ask: (question: string) => Promise<string | null>;
  /** Cells a line has; asked only where stdout is a terminal. */
  readonly columns: () => number | undefined;
  /** Lines a screen has; asked only where stdout is a terminal. */
  readonly rows: () => number | undefined;
  /** Comes with the exit code of the first signal that asks to end. From then on signals no longer end it by themselves. */
  readonly stopped: () => Promise<number>;
  readonly now: () => Date;
  /** All of stdin as text. */
  readonly readStdin: () => Promise<string>;
  /** All of stdin, or its first `most` bytes. */
  readonly readStdinBytes: (most: number) => Promise<Uint8Array>;
  readonly systemUser: () => string;
  /** The server whose store is meant, where it is not one of this machine's files. */
  readonly remote?: { readonly url: string; readonly by: "--remote" | "TASKWERK_URL" };
  /** The token of the store that is meant, if it is its own server that has this address; null otherwise. */
  readonly tokenOf: (target: StoreTarget, url: string) => Promise<string | null>;
  readonly run: RunOperation;
  /** Hands out tasks with all that is known of them, a few at a time, from one snapshot. */
  readonly exportTasks: (
    target: StoreTarget,
    caller: Caller,
    input: Operations["task.export"]["input"],
    sink: ExportSink,
  ) => Promise<Exported>;
  /** Begins to watch the store that is meant, whichever process writes to it. */
  readonly watchStore: (target: StoreTarget) => Promise<StoreWatch>;
  /** Makes the webhooks of the configuration the store's. Every write does that before. */
  readonly followConfiguration: (target: StoreTarget) => Promise<void>;
  readonly locateStore: (target: StoreTarget) => Promise<string>;
  /**
   * Makes of a file's text (null: there is none) what `edit` makes of it, unless that is null; edits of several processes come
   * one after the other. A new file gets `mode`. `edit` may be asked more than once.
   */
  readonly editFile: (
    file: string,
    mode: number,
    edit: (text: string | null) => Promise<string | null>,
  ) => Promise<void>;
  /** Makes an empty store in this directory; one that is there stays as it is. Gives what its ids begin with. */
  readonly createStore: (dir: string, prefix: string) => Promise<Made>;
  readonly api: () => Promise<ApiControl>;
  /** Serves a coding agent over stdin and stdout until one of them closes; answers the exit code. */
  readonly mcp: () => Promise<(target: StoreTarget, start: McpStart) => Promise<number>>;
  readonly files: () => Promise<StoreFiles>;
}
