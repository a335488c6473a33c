/** Scenarios in a few words, for tests: `agentScript().writes("a.txt", "a").asks("which db?").repeats(4, …).finishes()`. */
import type { Scenario, ScenarioTask, Step, TaskMatch, Try, When } from "./scenario.ts";

/** What one agent does. Each call adds a step and answers the script itself. */
export interface AgentScript {
  writes(path: string, content: string | readonly string[]): AgentScript;
  patches(path: string, find: string, replace: string): AgentScript;
  deletes(path: string): AgentScript;
  runs(command: string, expect?: "ok" | "fail"): AgentScript;
  commits(message: string): AgentScript;
  /** The answer is kept as `as`, for `{{as}}` in later steps. */
  asks(
    question: string,
    more?: {
      readonly options?: readonly string[];
      readonly default?: string;
      readonly reversible?: boolean;
      readonly as?: string;
    },
  ): AgentScript;
  notes(text: string): AgentScript;
  reportsBlocker(reason: string): AgentScript;
  says(text: string): AgentScript;
  sleeps(ms: number): AgentScript;
  uses(inputTokens: number, outputTokens: number, costUsd?: number): AgentScript;
  /** The same steps so many times. */
  repeats(times: number, ...steps: readonly Step[]): AgentScript;
  /** The same, until a nudge comes. */
  repeatsUntilNudged(times: number, ...steps: readonly Step[]): AgentScript;
  claims(evidence: string): AgentScript;
  /** Commits what is left, says that it is done, and ends. */
  finishes(evidence?: string): AgentScript;
  exits(code: number): AgentScript;
  crashes(signal?: "SIGKILL" | "SIGTERM" | "SIGABRT" | "SIGSEGV"): AgentScript;
  /** Does nothing more; `deaf`: not even end when asked to. */
  hangs(how?: "deaf"): AgentScript;
  forks(command: string): AgentScript;
  floods(bytes: number): AgentScript;
  /** Any step. */
  does(...steps: readonly Step[]): AgentScript;
  /** What follows is done in tries of this kind; what stood before, in all others. */
  on(when: When): AgentScript;
  /** `on({ rework: true })`. */
  onRework(): AgentScript;
  /** What follows is done instead of the rest, once a nudge has come. */
  onNudge(): AgentScript;
  readonly task: ScenarioTask;
  /** A scenario of this script alone. */
  scenario(name?: string): Scenario;
}

interface OpenTry {
  readonly when?: When;
  readonly steps: Step[];
  onNudge?: Step[];
}

/** A script for the tasks that match; for all when nothing is given. A text is looked for in the title. */
export function agentScript(match: TaskMatch | string = {}): AgentScript {
  let current: OpenTry = { steps: [] };
  let steps = current.steps;
  const tries = [current];
  const add = (...more: readonly Step[]): AgentScript => {
    steps.push(...more);
    return script;
  };
  const escaped = (title: string) => title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const script: AgentScript = {
    writes: (path, content) => add({ write: path, content }),
    patches: (path, find, replace) => add({ patch: path, find, replace }),
    deletes: (path) => add({ delete: path }),
    runs: (command, expect) => add({ run: command, ...(expect === undefined ? {} : { expect }) }),
    commits: (message) => add({ commit: message }),
    asks: (question, more = {}) => add({ ask: question, ...more }),
    notes: (text) => add({ note: text }),
    reportsBlocker: (reason) => add({ blocker: reason }),
    says: (text) => add({ say: text }),
    sleeps: (ms) => add({ sleep: ms }),
    uses: (inputTokens, outputTokens, costUsd) =>
      add({ usage: { inputTokens, outputTokens, ...(costUsd === undefined ? {} : { costUsd }) } }),
    repeats: (times, ...repeated) => add({ repeat: repeated, times }),
    repeatsUntilNudged: (times, ...repeated) => add({ repeat: repeated, times, untilNudged: true }),
    claims: (evidence) => add({ claim: evidence }),
    finishes: (evidence = "done") => add({ commit: "feat: {{title}}" }, { claim: evidence }, { exit: 0 }),
    exits: (code) => add({ exit: code }),
    crashes: (signal = "SIGKILL") => add({ crash: signal }),
    hangs: (how) => add({ hang: how ?? true }),
    forks: (command) => add({ daemon: command }),
    floods: (bytes) => add({ flood: bytes }),
    does: add,
    on: (when) => {
      current = { when, steps: [] };
      steps = current.steps;
      // The particular is looked at before the general.
      tries.unshift(current);
      return script;
    },
    onRework: () => script.on({ rework: true }),
    onNudge: () => {
      steps = [];
      current.onNudge = steps;
      return script;
    },
    get task(): ScenarioTask {
      return {
        match: typeof match === "string" ? { title: escaped(match) } : match,
        tries: [...tries] as readonly Try[],
      };
    },
    scenario: (name = "test") => scenarioOf([script], name),
  };
  return script;
}

/** One scenario of several scripts; a task gets the first that matches. */
export const scenarioOf = (scripts: readonly AgentScript[], name = "test"): Scenario => ({
  version: 1,
  name,
  tasks: scripts.map(({ task }) => task),
});
