/** Notices an agent that goes in circles. Pure but for its own memory: it is told what happened and answers what to do. */
import type { AgentEvent } from "../model/agent.ts";

export interface WatchOptions {
  /** How often the same action with the same result is a loop. */
  readonly sameResult: number;
  /** How often the same action with the same error is one. */
  readonly sameError: number;
  /** Actions that are remembered. */
  readonly memory: number;
}

export const WATCH_DEFAULTS: WatchOptions = { sameResult: 4, sameError: 3, memory: 60 };

/** What to do: tell the agent once, with the evidence; then stop and ask a person. */
export type Rung = "nudge" | "blocked";

export interface LoopNotice {
  readonly rule: string;
  readonly rung: Rung;
  /** What was seen, in words for the agent and for people. Holds text that the agent printed. */
  readonly evidence: string;
}

export interface Watch {
  /** One thing the agent did. An answer is given at most once a circle; the counting then begins anew. */
  observe(event: AgentEvent): LoopNotice | null;
  /** The tree hash after a turn; another than before is progress, and what was counted is forgotten. */
  treeChanged(hash: string): void;
  /** Somebody answered, hinted or decided: everything is forgotten, also that it was nudged. */
  humanSpoke(): void;
}

type Action = Extract<AgentEvent, { readonly type: "tool" }>;

/** A rule over what the agent did since it last made progress, newest last; it answers with the evidence. */
interface Rule {
  readonly name: string;
  readonly find: (actions: readonly Action[], options: WatchOptions) => string | null;
}

/**
 * In order. They see nothing but actions since the last progress, so editing, running the tests and editing again is no
 * circle, and neither is anything that brings a new result.
 */
const RULES: readonly Rule[] = [
  {
    name: "same-error",
    find: (actions, { sameError }) => {
      const last = actions.at(-1);
      if (last === undefined || last.ok || !circles(actions, sameError)) return null;
      return `${inWords(last)} failed ${sameError} times with the same error and nothing changed in between.${excerpt(last)}`;
    },
  },
  {
    name: "same-result",
    find: (actions, { sameResult }) => {
      const last = actions.at(-1);
      if (last === undefined || !circles(actions, sameResult)) return null;
      return `${inWords(last)} was done ${sameResult} times with the same result and no file changed.${excerpt(last)}`;
    },
  },
];

/** A watch over one conversation. `tree`: the hash it begins with, when it is known. */
export function createWatch(
  given: Partial<WatchOptions> & { readonly tree?: string; readonly rules?: readonly Rule[] } = {},
): Watch {
  const { tree = null, rules = RULES, ...rest } = given;
  const options: WatchOptions = { ...WATCH_DEFAULTS, ...rest };
  let actions: readonly Action[] = [];
  let nudged = false;
  let lastTree: string | null = tree;

  return {
    observe(event) {
      if (event.type !== "tool") return null;
      actions = [...actions, event].slice(-options.memory);
      for (const rule of rules) {
        const evidence = rule.find(actions, options);
        if (evidence === null) continue;
        const rung: Rung = nudged ? "blocked" : "nudge";
        nudged = true;
        actions = [];
        return { rule: rule.name, rung, evidence };
      }
      return null;
    },
    treeChanged(hash) {
      if (lastTree !== null && hash !== lastTree) actions = [];
      lastTree = hash;
    },
    humanSpoke() {
      actions = [];
      nudged = false;
    },
  };
}

/**
 * True when the newest action with its result is there `times` times, and all that happened between the first and the
 * last of these was a repetition too. Something new in between, another file read, another edit, is work, not a circle.
 */
function circles(actions: readonly Action[], times: number): boolean {
  const counts = new Map<string, number>();
  for (const action of actions) counts.set(printOf(action), (counts.get(printOf(action)) ?? 0) + 1);
  const last = actions.at(-1);
  if (last === undefined || (counts.get(printOf(last)) ?? 0) < times) return false;
  let left = times;
  for (const action of actions.toReversed()) {
    if ((counts.get(printOf(action)) ?? 0) < 2) return false;
    if (printOf(action) === printOf(last)) left -= 1;
    if (left === 0) return true;
  }
  return false;
}

const printOf = (action: Action): string => `${action.hash} ${action.resultHash}`;

const inWords = ({ name, input }: Action): string => `${name} ${short(input, 120)}`.trim();

function excerpt({ output }: Action): string {
  const text = output.trim();
  return text === "" ? " It printed nothing." : `\nIt printed:\n${short(text, 400)}`;
}

function short(text: string, most: number): string {
  const characters = [...text.slice(0, most * 2)];
  return characters.length > most || text.length > most * 2 ? `${characters.slice(0, most).join("")}...` : text;
}
