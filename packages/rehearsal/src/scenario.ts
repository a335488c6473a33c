/** What a scripted agent does, task by task. A scenario is plain data: JSON, or YAML that was read. Types only. */

/** Circumstances under which something is done; all that are given must hold. */
export interface When {
  readonly attempt?: number;
  /** The brief holds what went wrong in an earlier try. */
  readonly rework?: boolean;
  readonly nudged?: boolean;
  /** Answers that were given, by the name in `as`. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** One thing an agent does. `{{name}}` is filled in from answers, `{{task}}`, `{{title}}` and `{{attempt}}`. */
export type Step = { readonly when?: When } & Action;

/** Each action is named by its first key. */
export type Action =
  /** Prints a line. */
  | { readonly say: string }
  /** Milliseconds, times the scenario's pace. */
  | { readonly sleep: number }
  /** A whole file: from `content` (lines are joined), or a copy of `from`, a file beside the scenario. `fill`: `{{name}}` is filled in there too. */
  | {
      readonly write: string;
      readonly content?: string | readonly string[];
      readonly from?: string;
      readonly fill?: boolean;
    }
  /** Replaces the one place where `find` stands; the agent ends with exit 1 when there is none or more. */
  | { readonly patch: string; readonly find: string; readonly replace: string }
  | { readonly delete: string }
  /** A shell command in the clone, reported with its output. `expect`: the agent ends with exit 1 when it goes otherwise. */
  | { readonly run: string; readonly expect?: "ok" | "fail" }
  /** Everything in the clone, as one commit; none when nothing changed. */
  | { readonly commit: string }
  /** Waits for a person. The answer is kept under `as`: the option it names, else its words. */
  | {
      readonly ask: string;
      readonly options?: readonly string[];
      readonly default?: string;
      readonly reversible?: boolean;
      readonly as?: string;
    }
  | { readonly note: string }
  | { readonly blocker: string }
  /** Reports a use of a tool that did not take place. */
  | { readonly tool: string; readonly input?: string; readonly output?: string; readonly ok?: boolean }
  /** Adds to what is reported as used so far. */
  | { readonly usage: { readonly inputTokens: number; readonly outputTokens: number; readonly costUsd?: number } }
  /** The same steps again and again: a loop. `untilNudged`: a nudge ends it early. */
  | { readonly repeat: readonly Step[]; readonly times: number; readonly untilNudged?: boolean }
  /** Waits for a nudge, at most so many milliseconds. */
  | { readonly awaitNudge: number; readonly count?: number }
  /** Says that the task is done, with this evidence. */
  | { readonly claim: string }
  | { readonly exit: number }
  /** Dies of a signal. */
  | { readonly crash: "SIGKILL" | "SIGTERM" | "SIGABRT" | "SIGSEGV" }
  /** Does nothing more and does not end; "deaf": does not even end on SIGTERM. */
  | { readonly hang: true | "deaf" }
  /** Starts a command that outlives the agent. */
  | { readonly daemon: string }
  /** Prints so many bytes. */
  | { readonly flood: number };

/** What is done in one try. */
export interface Try {
  readonly when?: When;
  readonly steps: readonly Step[];
  /** Once nudged, the step at hand is finished (of a `repeat`, the step in it) and these are done instead of the rest. */
  readonly onNudge?: readonly Step[];
}

/** Which task it is. Sources of regular expressions, upper and lower case alike; all that are given must match. */
export interface TaskMatch {
  readonly id?: string;
  readonly title?: string;
  readonly brief?: string;
}

export interface ScenarioTask {
  readonly match: TaskMatch;
  /** The first whose `when` holds, else the last. */
  readonly tries: readonly Try[];
}

/** A task that a rehearsal puts into taskwerk. */
export interface ScenarioWork {
  readonly title: string;
  readonly description?: string;
  readonly acceptance?: readonly string[];
  /** Titles of others that have to land before it. */
  readonly after?: readonly string[];
}

/** What a person does with a card whose text matches: one of the four. */
export interface ScenarioReply {
  readonly match: string;
  readonly answer?: string;
  readonly approve?: true;
  /** With this note. */
  readonly reject?: string;
  readonly silent?: true;
}

/** How the model's provider misbehaves once so many requests were answered. */
export interface ScenarioTrouble {
  readonly afterRequests: number;
  readonly times?: number;
  readonly status: 429 | 500 | 529;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
}

/** What a rehearsal must come to. Those of the second half are the least. */
export interface ScenarioExpectation {
  readonly landed?: number;
  readonly waiting?: number;
  readonly stuck?: number;
  readonly kills?: number;
  readonly conflicts?: number;
  readonly refused?: number;
  readonly pauses?: number;
}

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly description?: string;
  readonly work?: readonly ScenarioWork[];
  /** Committed into the throw-away clone before the run; lines are joined. */
  readonly files?: Readonly<Record<string, string | readonly string[]>>;
  readonly run?: {
    readonly concurrency?: number;
    readonly maxAttempts?: number;
    readonly budgetUsd?: number;
    readonly taskMinutes?: number;
  };
  /** Without it every card stays open. */
  readonly people?: {
    readonly rules?: readonly ScenarioReply[];
    readonly otherwise?: "recommended" | "silent";
    readonly afterMs?: number;
  };
  /** With it the agents speak to a scripted model; without, they are programs. */
  readonly provider?: readonly ScenarioTrouble[];
  /** `kill -9` of conductor so often, each `least` to `most` events of the journal after the start before it. */
  readonly crashes?: { readonly count: number; readonly least: number; readonly most: number };
  readonly expect?: ScenarioExpectation;
  readonly tasks: readonly ScenarioTask[];
  /** What is done for a task that none matches; without it the agent ends with exit 3. */
  readonly otherwise?: Try;
  /** Sleeps are multiplied by it. Default 1. */
  readonly pace?: number;
  /** How a brief tells of an earlier try. Default: a heading that speaks of the last try or of what was red or failed. */
  readonly reworkPattern?: string;
}
