/** A review as it stands: the plan under edit, and where its reader is. Pure. */
import type { Plan, PlanTask } from "../../model/plan.ts";
import type { PlanMaking } from "../../model/planning.ts";
import type { SourceText } from "../../plan/check-quotes.ts";
import type { PlanEdit } from "../../plan/edit-plan.ts";
import { doEdit, type Editing, startEditing } from "../../plan/editing.ts";
import { type PlanRow, type PlanSummary, summarizePlan } from "../../plan/summary.ts";
import type { Tone } from "../line.ts";
import type { TextField } from "../text-field.ts";

/** In the order of their keys. */
export const PANES = ["task", "check", "coverage", "order"] as const;
/** What stands beside the tree. */
export type Pane = (typeof PANES)[number];

/** What the state cannot do by itself. `save`: where nobody else wrote the file; `overwrite`: also then; `load`: what the file holds; `forget`: what was kept of changes. */
export type Effect =
  | "save"
  | "overwrite"
  | "save-and-leave"
  | "load"
  | "forget"
  | "forget-and-leave"
  | "leave"
  | "interrupt";

/** What came of a key. */
export interface Pressed {
  readonly state: ReviewState;
  readonly effect?: Effect;
}

/** What the next key means. */
export type Mode =
  | { readonly kind: "tree" }
  | { readonly kind: "help" }
  /** A text is typed; `lines`: it may have several, and Ctrl-S takes it. */
  | {
      readonly kind: "write";
      readonly label: string;
      readonly hint: string;
      readonly lines: boolean;
      readonly field: TextField;
      readonly take: (state: ReviewState, text: string) => Pressed;
      /** What every letter does already, as in a search. */
      readonly typed?: (state: ReviewState, text: string) => ReviewState;
    }
  /** Another task is looked for in the tree; `top`: the top of the tree may be meant, too. */
  | {
      readonly kind: "pick";
      readonly label: string;
      readonly subject: string;
      readonly top: boolean;
      readonly take: (state: ReviewState, key: string | null) => Pressed;
    }
  | {
      readonly kind: "choose";
      readonly question: string;
      readonly options: readonly Option[];
      /** False where one of the options has to be taken. */
      readonly canLeave: boolean;
    };

/** One of several answers, with its key. */
export interface Option {
  readonly key: string;
  readonly label: string;
  readonly take: (state: ReviewState) => Pressed;
}

/** All that a picture of the review is drawn from. */
export interface ReviewState {
  readonly file: string;
  readonly sources: ReadonlyMap<string, SourceText>;
  readonly making: PlanMaking;
  readonly editing: Editing;
  /** The plan that its file holds. */
  readonly saved: Plan;
  /** As the file has it. */
  readonly status: Plan["status"];
  /** Of the plan under edit. */
  readonly summary: PlanSummary;
  readonly folded: ReadonlySet<string>;
  /** The key of the task where the reader is; null in a plan without tasks. */
  readonly at: string | null;
  readonly marked: ReadonlySet<string>;
  readonly pane: Pane;
  /** The entry of the pane where the reader is. */
  readonly item: number;
  /** How many lines of the pane are above it. */
  readonly scroll: number;
  readonly search: string;
  readonly mode: Mode;
  readonly message: { readonly text: string; readonly tone: Tone } | null;
  /** Somebody else has written the file. */
  readonly isChangedOnDisk: boolean;
}

/** Nothing is asked: keys move and edit. */
export const TREE: Mode = { kind: "tree" };

/** A review in which nothing was pressed yet, at the first task. */
export function startReview(
  plan: Plan,
  { file, sources, making }: Pick<ReviewState, "file" | "sources" | "making">,
): ReviewState {
  const summary = summarizePlan(plan, { sources });
  return {
    file,
    sources,
    making,
    editing: startEditing(plan),
    saved: plan,
    status: plan.status,
    summary,
    folded: new Set(),
    at: summary.rows[0]?.key ?? null,
    marked: new Set(),
    pane: "task",
    item: 0,
    scroll: 0,
    search: "",
    mode: TREE,
    message: null,
    isChangedOnDisk: false,
  };
}

/** True when something was changed that the file does not have. */
export const isUnsaved = ({ editing, saved }: ReviewState): boolean => editing.plan !== saved;

/** The same with a message at its foot. */
export const say = (state: ReviewState, text: string, tone: Tone = "plain"): ReviewState => ({
  ...state,
  message: { text, tone },
});

/** The same review with another plan. The reader stays at his task, or where it was. */
export function withEditing(state: ReviewState, editing: Editing): ReviewState {
  const { plan } = editing;
  const summary = summarizePlan(plan, { sources: state.sources });
  const keys = new Set(plan.tasks.map(({ key }) => key));
  const before = shownRows(state);
  const was = before.findIndex(({ key }) => key === state.at);
  const next: ReviewState = {
    ...state,
    editing,
    summary,
    folded: new Set([...state.folded].filter((key) => keys.has(key))),
    marked: new Set([...state.marked].filter((key) => keys.has(key))),
  };
  if (state.at !== null && keys.has(state.at)) return revealed(next, state.at);
  const shown = shownRows(next);
  return { ...next, at: (shown[Math.max(0, was)] ?? shown.at(-1))?.key ?? null, scroll: 0 };
}

/** Does an edit and says so; what refuses it is said instead. */
export function edited(state: ReviewState, edit: PlanEdit, said: string, at: string | null = state.at): ReviewState {
  const done = doEdit(state.editing, edit);
  const calm = { ...state, mode: TREE };
  if (done.outcome === "refused") return say(calm, `not done: ${done.reason}`, "bad");
  const next = withEditing({ ...calm, at }, done.editing);
  return say(next, `${said}  (u takes it back)`, "good");
}

/** The lines of the tree that no folded group hides. */
export function shownRows({ summary, folded }: Pick<ReviewState, "summary" | "folded">): readonly PlanRow[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return summary.rows.filter(({ key, depth, isGroup }) => {
    if (depth > hiddenBelow) return false;
    hiddenBelow = isGroup && folded.has(key) ? depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

/** The task where the reader is; undefined in a plan without tasks. */
export const taskAt = ({ editing, at }: Pick<ReviewState, "editing" | "at">): PlanTask | undefined =>
  editing.plan.tasks.find(({ key }) => key === at);

/** The line of the tree of a task; undefined where there is none. */
export const rowOf = ({ summary }: Pick<ReviewState, "summary">, key: string | null): PlanRow | undefined =>
  summary.rows.find((row) => row.key === key);

/** What a task is called: its number in the tree. */
export const numberOf = (state: Pick<ReviewState, "summary">, key: string): string => rowOf(state, key)?.number ?? key;

/** The groups above a task, the nearest first. */
export function groupsAbove({ editing }: Pick<ReviewState, "editing">, key: string): readonly string[] {
  const parents = new Map(editing.plan.tasks.map((task) => [task.key, task.parent]));
  const above: string[] = [];
  for (let at = parents.get(key) ?? null; at !== null && !above.includes(at); at = parents.get(at) ?? null)
    above.push(at);
  return above;
}

/** At this task, with the groups above it unfolded. */
export function revealed(state: ReviewState, key: string): ReviewState {
  const above = new Set(groupsAbove(state, key));
  const folded = [...state.folded].some((one) => above.has(one))
    ? new Set([...state.folded].filter((one) => !above.has(one)))
    : state.folded;
  return { ...state, at: key, folded, scroll: state.at === key ? state.scroll : 0 };
}
