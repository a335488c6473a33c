/** Notices an agent that goes in circles. Pure but for its own memory: it is told what happened and when, and answers what it sees. */
import type { AgentEvent } from "../../model/agent.ts";
import { failingTests } from "../../model/fingerprint.ts";
import { LOOP_DEFAULTS, type LoopLimits, type LoopNotice } from "../../model/loop.ts";
import { repeats } from "./repeats.ts";
import { type Action, type Step, stepOf } from "./step.ts";
import { tokenWatch } from "./tokens.ts";
import { makeTrees } from "./trees.ts";
import { short } from "./words.ts";

/** Times are milliseconds of one clock that only goes on. An answer is given at most once a circle; the counting then begins anew. */
export interface Watch {
  /** What the agent did or said. The tree after a tool is to be told before the tool. */
  observe(event: AgentEvent, at: number): LoopNotice | null;
  /** The files are like this now. A tree that was never there is progress, and what was counted is forgotten. */
  tree(hash: string, at: number): LoopNotice | null;
  /** Nothing has happened. `busy`: something that it started still runs. */
  quiet(at: number, busy: boolean): LoopNotice | null;
  /** So long nothing was heard that only something which still runs is an excuse. */
  overdue(at: number): boolean;
  /** Somebody answered, hinted or decided: everything that was counted is forgotten. */
  humanSpoke(at?: number): void;
  /** The tree that a new beginning would be best made from; null when none is known. */
  readonly checkpoint: string | null;
}

export interface WatchOptions {
  readonly limits?: Partial<LoopLimits>;
  /** The tree that it begins with, when it is known. */
  readonly tree?: string | null;
  /** What the gates said last; empty = nothing. */
  readonly gates?: string;
  /** When it begins. */
  readonly at?: number;
}

/** So many steps and turns are remembered. */
const MEMORY = 80;

/** A watch over one conversation. */
export function createWatch({
  limits: given,
  tree: first = null,
  gates = "",
  at: began = 0,
}: WatchOptions = {}): Watch {
  const limits: LoopLimits = { ...LOOP_DEFAULTS, ...given };
  const trees = makeTrees(first);
  const tokens = tokenWatch(limits);
  /** By action: the fewest tests that ever failed. */
  const fewest = new Map<string, number>();
  let steps: readonly Step[] = [];
  let turns: readonly (readonly Step[])[] = [];
  let turn: readonly Step[] = [];
  let talk = 0;
  let said = "";
  let heardAt = began;
  let lookAt = began;

  const forget = (): void => {
    steps = [];
    turns = [];
    turn = [];
    talk = 0;
    trees.forgetReturns();
  };
  const noticed = (notice: LoopNotice | null): LoopNotice | null => {
    if (notice !== null) forget();
    return notice;
  };

  /** Fewer tests fail with the same command than ever before. */
  function improved(action: Action, failing: readonly string[] | null): boolean {
    if (failing === null) return false;
    trees.fails(failing.length);
    const before = fewest.get(action.hash);
    fewest.set(action.hash, Math.min(failing.length, before ?? failing.length));
    return before !== undefined && failing.length < before;
  }

  function onTool(action: Action, at: number): LoopNotice | null {
    talk = 0;
    const failing = failingTests(action.output);
    if (improved(action, failing)) forget();
    const step = stepOf(action, { tree: trees.now, failing: failing?.join("\n") ?? null, gates, at });
    steps = [...steps, step].slice(-MEMORY);
    turn = [...turn, step].slice(-MEMORY);
    return noticed(repeats({ steps, turns }, limits));
  }

  function onTurn(): LoopNotice | null {
    const full = turn;
    turn = [];
    const spent = tokens.turn();
    if (spent !== null) return noticed(spent);
    if (full.length > 0) {
      turns = [...turns, full].slice(-MEMORY);
      return noticed(repeats({ steps: [], turns }, limits));
    }
    talk += 1;
    if (talk < limits.talkTurns) return null;
    const evidence = `${talk} turns went by without a tool, a question or an end.${said.trim() === "" ? "" : `\nIt said last:\n${short(said.trim(), 400)}`}`;
    return noticed({ rule: "talk", evidence });
  }

  return {
    observe(event, at) {
      heardAt = at;
      switch (event.type) {
        case "tool":
          return onTool(event, at);
        case "turn":
          return onTurn();
        case "usage":
          return noticed(tokens.used(event.usage));
        case "text":
          said = event.text;
          return null;
        case "ask":
        case "blocker":
        case "claim_done":
          talk = 0;
          return null;
        case "note":
        case "retry":
        case "end":
          return null;
        default: {
          const unknown: never = event;
          throw new Error(`unknown agent event ${JSON.stringify(unknown)}`);
        }
      }
    },
    tree(hash, at) {
      const put = trees.put(hash);
      if (put.kind === "same") return null;
      heardAt = at;
      if (put.kind !== "back") {
        forget();
        return null;
      }
      if (put.times < limits.treeReturns) return null;
      const evidence = `All files are as they were before, for the ${ordinal(put.times)} time, and nothing new came in between (tree ${hash.slice(0, 7)}).`;
      return noticed({ rule: "tree-returns", evidence });
    },
    quiet(at, busy) {
      // Whether something runs is not looked at all the time.
      lookAt = at + limits.silentMs / 10;
      if (busy || at - heardAt < limits.silentMs) return null;
      const seconds = Math.round((at - heardAt) / 1000);
      heardAt = at;
      return noticed({
        rule: "silent",
        evidence: `Nothing was heard for ${seconds} seconds, and nothing that it started runs.`,
      });
    },
    overdue: (at) => at - heardAt >= limits.silentMs && at >= lookAt,
    humanSpoke(at) {
      heardAt = at ?? heardAt;
      fewest.clear();
      forget();
    },
    get checkpoint() {
      return trees.best();
    },
  };
}

const ordinal = (n: number): string => ({ 1: "first", 2: "second", 3: "third" })[n] ?? `${n}th`;
