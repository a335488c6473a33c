/** Loops: an agent that repeats itself without getting nearer. The words of the journal, the rules and the ladder. */

/** What can be noticed, by name. */
export const LOOP_RULES = [
  "same-result",
  "same-error",
  "cycle",
  "talk",
  "tree-returns",
  "silent",
  "turn-tokens",
  "context-full",
  "same-gates",
  "failing-count",
  "same-tree",
  "same-dispatch",
  "wait-cycle",
] as const;
export type LoopRule = (typeof LOOP_RULES)[number];

/** What is done about it, each once until a person says something: the agent is told, begins anew, is replaced, the task is to be split, a person is asked. */
export const LOOP_RUNGS = ["nudge", "fresh", "other-agent", "split", "blocked"] as const;
export type LoopRung = (typeof LOOP_RUNGS)[number];

/** A rule that fired. */
export interface LoopNotice {
  readonly rule: LoopRule;
  /** What was seen, in words for the agent and for people. May hold text that the agent printed. */
  readonly evidence: string;
}

/** When a rule fires. Times in milliseconds. */
export interface LoopLimits {
  /** The same action with the same result, so often. */
  readonly sameResult: number;
  /** The same action with the same error. */
  readonly sameError: number;
  /** An action that waits for something may come so often, and at least for so long, before it counts. */
  readonly pollTimes: number;
  readonly pollMs: number;
  /** A sequence of up to so many actions that comes so often. */
  readonly cycleLength: number;
  readonly cycleTimes: number;
  /** Turns in a row without a tool, a question or an end. */
  readonly talkTurns: number;
  /** How often the files may be again as they were at one moment. */
  readonly treeReturns: number;
  /** How long nothing is heard while nothing runs. */
  readonly silentMs: number;
  /** How long something that the agent has started counts as work, although nothing is heard. */
  readonly toolMs: number;
  /** A turn takes so many times the tokens of a usual one, and at least so many. */
  readonly turnTokens: number;
  readonly turnTokensLeast: number;
  /** What the model can hold, and how much of it may be full, in percent. */
  readonly contextTokens: number;
  readonly contextPercent: number;
  /** Rounds of gates with the same failures. */
  readonly sameGates: number;
  /** Rounds of gates in which no fewer tests fail. */
  readonly failingRounds: number;
  /** How often a task goes on, or is given out, although nothing has changed. */
  readonly unchanged: number;
  readonly dispatches: number;
}

const MINUTE = 60_000;

/** The thresholds where nothing else is configured. */
export const LOOP_DEFAULTS: LoopLimits = {
  sameResult: 4,
  sameError: 3,
  pollTimes: 10,
  pollMs: 2 * MINUTE,
  cycleLength: 5,
  cycleTimes: 3,
  talkTurns: 3,
  treeReturns: 2,
  silentMs: 5 * MINUTE,
  toolMs: 10 * MINUTE,
  turnTokens: 3,
  turnTokensLeast: 50_000,
  contextTokens: 1_000_000,
  contextPercent: 90,
  sameGates: 3,
  failingRounds: 4,
  unchanged: 2,
  dispatches: 3,
};
