/** A plan as its reader checks it: tree, coverage, problems, order. Pure; the layout is a door's. */
import {
  type HiddenPassage,
  type LeftOut,
  leavesOf,
  type Plan,
  type PlanFinding,
  type PlanTask,
  type RequirementLevel,
} from "../model/plan.ts";
import { type CheckOptions, checkPlan } from "./check.ts";
import { orderOf } from "./order.ts";
import { inTreeOrder } from "./tree-order.ts";

/** One line of the tree. */
export interface PlanRow {
  readonly key: string;
  /** "1.2": its place in the tree. */
  readonly number: string;
  /** From 1. */
  readonly depth: number;
  readonly title: string;
  readonly isGroup: boolean;
  readonly done: boolean;
  /** By complexity: 1-3 S, 4-6 M, 7-10 L; null for groups and where the planner cannot tell. */
  readonly size: "S" | "M" | "L" | null;
  /** Numbers of the tasks it waits for. */
  readonly after: readonly string[];
  /** Requirements it serves, else the address of its source, else nothing. */
  readonly from: readonly string[];
  readonly confidence: PlanTask["confidence"];
  /** Ids of its questions, see `questions`. */
  readonly questions: readonly string[];
}

/** Something that a person should answer; `task` is null when it is about the whole plan. */
export interface PlanQuestion {
  /** "Q1", counted over the plan. */
  readonly id: string;
  readonly task: string | null;
  readonly number: string | null;
  readonly text: string;
}

/** How many requirements of a level have a task. */
export interface Coverage {
  readonly total: number;
  readonly covered: number;
}

/** A plan as its reader checks it. */
export interface PlanSummary {
  readonly id: string;
  readonly status: Plan["status"];
  readonly planner: Plan["planner"];
  readonly sources: Plan["sources"];
  readonly rows: readonly PlanRow[];
  readonly coverage: Readonly<Record<RequirementLevel, Coverage>>;
  readonly gaps: readonly PlanFinding[];
  readonly problems: readonly PlanFinding[];
  readonly questions: readonly PlanQuestion[];
  readonly assumptions: readonly string[];
  readonly nonGoals: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly hidden: readonly HiddenPassage[];
  /** Numbers of leaves, layer after layer; null when tasks wait for each other. */
  readonly order: readonly (readonly string[])[] | null;
  /** Numbers of a longest chain. */
  readonly longest: readonly string[];
  readonly counts: { readonly tasks: number; readonly leaves: number; readonly open: number; readonly done: number };
  /** Sum over open leaves; null when any of them has none. */
  readonly estimateMinutes: number | null;
  /** True when nothing is left for a person to decide: no error, gap or question. */
  readonly settled: boolean;
}

const sizeOf = (complexity: number | null): PlanRow["size"] =>
  complexity === null ? null : complexity <= 3 ? "S" : complexity <= 6 ? "M" : "L";

/** What is hidden in a document, in words. */
export const HIDDEN_WORDS: Readonly<Record<HiddenPassage["kind"], string>> = {
  comment: "a comment that its readers do not see",
  "zero-width": "characters that print nothing",
  unseen: "text that is on the page and is not seen",
  "bidi-control": "characters that turn the direction of text",
};

/** An agent's work: "45m", "2h 30m". */
export const workLength = (minutes: number): string =>
  minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h${minutes % 60 === 0 ? "" : ` ${minutes % 60}m`}`;

/** Everything that a review shows. */
export function summarizePlan(plan: Plan, options: CheckOptions = {}): PlanSummary {
  const numbers = numbersOf(plan.tasks);
  const numberOf = (key: string) => numbers.get(key) ?? key;
  const questions = questionsOf(plan, numberOf);
  const leaves = leavesOf(plan);
  const isLeaf = new Set(leaves.map(({ key }) => key));
  const problems = checkPlan(plan, { ...options, nameOf: numberOf });
  const order = orderOf(plan.tasks);
  const open = leaves.filter(({ done }) => !done);
  const gaps = problems.filter(({ severity }) => severity === "gap");
  return {
    id: plan.id,
    status: plan.status,
    planner: plan.planner,
    sources: plan.sources,
    rows: inTreeOrder(plan.tasks).map((task) => ({
      key: task.key,
      number: numberOf(task.key),
      depth: numberOf(task.key).split(".").length,
      title: task.title,
      isGroup: !isLeaf.has(task.key),
      done: task.done,
      size: isLeaf.has(task.key) ? sizeOf(task.complexity) : null,
      after: task.depends_on.map(numberOf),
      from: task.requirements.length > 0 ? task.requirements : task.source === null ? [] : [task.source],
      confidence: task.confidence,
      questions: questions.filter(({ task: key }) => key === task.key).map(({ id }) => id),
    })),
    coverage: { must: coverageOf(plan, "must"), should: coverageOf(plan, "should"), may: coverageOf(plan, "may") },
    gaps,
    problems: problems.filter(({ severity }) => severity !== "gap"),
    questions,
    assumptions: plan.assumptions,
    nonGoals: plan.non_goals,
    leftOut: plan.left_out ?? [],
    hidden: plan.hidden ?? [],
    order: order === null ? null : order.layers.map((layer) => layer.map(numberOf)),
    longest: order === null ? [] : order.longest.map(numberOf),
    counts: { tasks: plan.tasks.length, leaves: leaves.length, open: open.length, done: leaves.length - open.length },
    estimateMinutes: open.some(({ estimate_minutes }) => estimate_minutes === null)
      ? null
      : open.reduce((sum, { estimate_minutes }) => sum + (estimate_minutes ?? 0), 0),
    settled: gaps.length === 0 && questions.length === 0 && !problems.some(({ severity }) => severity === "error"),
  };
}

function coverageOf({ tasks, requirements }: Plan, level: RequirementLevel): Coverage {
  const served = new Set(tasks.flatMap((task) => task.requirements));
  const ids = requirements.filter((requirement) => requirement.level === level).map(({ id }) => id);
  return { total: ids.length, covered: ids.filter((id) => served.has(id)).length };
}

/** "1", "1.1", "1.2", "2" … in tree order. */
export function numbersOf(tasks: readonly PlanTask[]): ReadonlyMap<string, string> {
  const numbers = new Map<string, string>();
  const counts = new Map<string | null, number>();
  for (const { key, parent } of inTreeOrder(tasks)) {
    const n = (counts.get(parent) ?? 0) + 1;
    counts.set(parent, n);
    numbers.set(key, parent === null ? `${n}` : `${numbers.get(parent) ?? "?"}.${n}`);
  }
  return numbers;
}

function questionsOf(plan: Plan, numberOf: (key: string) => string): readonly PlanQuestion[] {
  const asked = [
    ...plan.tasks.flatMap(({ key, questions }) =>
      questions.map((text) => ({ task: key, number: numberOf(key), text })),
    ),
    ...plan.questions.map((text) => ({ task: null, number: null, text })),
  ];
  return asked.map((question, index) => ({ id: `Q${index + 1}`, ...question }));
}
