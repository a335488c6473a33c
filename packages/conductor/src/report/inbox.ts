/** What waits for a person: one card a decision, those first that free most. Pure. */
import type { Decision, Remembered } from "../model/decision.ts";
import { rememberable } from "../model/remembered.ts";
import { attemptsOf, type RunState, receiptsOf } from "../model/state.ts";
import type { ReportFacts, TaskFacts } from "./facts.ts";
import { STUCK } from "./task-report.ts";
import { behind, type TaskState, taskStates } from "./task-state.ts";

/** What was asked, as it was asked. */
type Asked = Omit<
  Decision,
  "attempt" | "askers" | "base" | "state" | "answer" | "answeredBy" | "answeredAt" | "kept" | "remembered"
>;

export interface Card extends Asked {
  readonly title: string;
  /** Every task that asks, the first one first. */
  readonly tasks: readonly string[];
  /** The document's words that the task comes from; null where it came from none. */
  readonly source: { readonly place: string; readonly quote: string } | null;
  readonly ageMs: number;
  /** What a yes could cover for the rest of the run. */
  readonly scopes: readonly Remembered[];
  /** Tasks that ask and that a person has put aside, each with who did: no answer lets them go on before `continue`. */
  readonly aside: readonly { readonly task: string; readonly by: string }[];
  /** The tasks that ask and all that wait behind them, but for what was put aside. */
  readonly frees: readonly string[];
  /** Required gates that passed on the tree that is asked about; null when none has judged it. */
  readonly gates: { readonly passed: number; readonly required: number } | null;
}

export interface Inbox {
  readonly cards: readonly Card[];
  /** Tasks that a card holds, and tasks that wait behind those. */
  readonly holds: number;
  readonly behind: number;
  /** Tasks that are worked on now, that were when the last run ended, and that are still to begin. */
  readonly working: number;
  readonly interrupted: number;
  readonly toGo: number;
  /** Tasks that failed or are blocked: no card is asked about them, and they do not go on by themselves. */
  readonly stuck: number;
  /** Somebody drives: what is to go begins by itself. */
  readonly driven: boolean;
}

/** The open decisions: all, those of one session, or one. */
export function buildInbox(
  state: RunState,
  facts: Pick<ReportFacts, "now" | "tasks" | "driven">,
  only: { readonly session?: string; readonly id?: string } = {},
): Inbox {
  const tasks = taskStates(state, facts);
  const open = [...state.decisions.values()].filter(
    ({ id, state: word, session }) =>
      word === "open" && session === (only.session ?? session) && id === (only.id ?? id),
  );
  const cards = open
    .map((one) => cardOf(one, state, tasks, facts))
    .sort((a, b) => b.frees.length - a.frees.length || b.ageMs - a.ageMs);
  const held = new Set(cards.flatMap((card) => card.tasks));
  return {
    cards,
    holds: held.size,
    behind: behind(tasks, [...held]).length,
    working: tasks.filter((one) => one.state === "working").length,
    interrupted: tasks.filter((one) => one.state === "interrupted").length,
    toGo: tasks.filter((one) => one.state === "to-go").length,
    stuck: tasks.filter((one) => STUCK.has(one.state)).length,
    driven: facts.driven,
  };
}

function cardOf(
  decision: Decision,
  state: RunState,
  tasks: readonly TaskState[],
  facts: Pick<ReportFacts, "now" | "tasks">,
): Card {
  const { id, kind, session, task, plan, text, options, recommended, reversible, evidence, tree } = decision;
  const { deadline, onExpiry, askedAt } = decision;
  const askers = [...new Set(decision.askers.map((one) => one.task))];
  const aside = askers.flatMap((one) => {
    const by = state.paused.get(one)?.by;
    return by === undefined ? [] : [{ task: one, by }];
  });
  const going = askers.filter((one) => !state.paused.has(one));
  return {
    id,
    kind,
    session,
    task,
    tasks: askers,
    plan,
    text,
    options,
    recommended,
    reversible,
    evidence,
    tree,
    deadline,
    onExpiry,
    askedAt,
    title: tasks.find((one) => one.id === task)?.title ?? task,
    source: sourceOf(facts.tasks?.find((one) => one.id === task)),
    ageMs: Math.max(0, Date.parse(facts.now) - Date.parse(askedAt)),
    scopes: kind === "approval" ? rememberable(evidence) : [],
    aside,
    frees: [...going, ...behind(tasks, going)].filter((one) => !state.paused.has(one)),
    gates: tree === null ? null : gatesOn(state, task, tree),
  };
}

/** What the import wrote beside the task: where in the document it comes from. */
function sourceOf(task: TaskFacts | undefined): Card["source"] {
  const plan = task?.metadata.plan;
  if (typeof plan !== "object" || plan === null) return null;
  const { source, quote } = plan as Record<string, unknown>;
  return typeof source === "string" && typeof quote === "string" && quote.trim() !== ""
    ? { place: source, quote: quote.trim() }
    : null;
}

/** The newest receipt of each required gate for this tree. */
function gatesOn(state: RunState, task: string, tree: string): Card["gates"] {
  const latest = new Map<string, boolean>();
  for (const attempt of attemptsOf(state, task)) {
    for (const receipt of receiptsOf(state, attempt.id)) {
      if (receipt.tree === tree && receipt.required && receipt.phase !== "baseline")
        latest.set(receipt.gate, receipt.result === "pass");
    }
  }
  if (latest.size === 0) return null;
  return { passed: [...latest.values()].filter((passed) => passed).length, required: latest.size };
}
