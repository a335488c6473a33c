/** A plan: what a PRD says, and the tasks that would make it true. Flat, in document order. Types only. */
import type { Priority } from "@taskwerk/contract/status";

/** How binding a requirement is, after RFC 2119. */
export type RequirementLevel = "must" | "should" | "may";

/** How sure the planner is of a task. */
export type Confidence = "high" | "medium" | "low";

/** One document that the plan was made from. */
export interface PlanSource {
  /** Path as the user typed it, relative to where the plan was made when it can be. */
  readonly path: string;
  readonly sha256: string;
}

/** Something the document asks for. `source` is an address such as `prd.md#L10-14`; `quote` is byte-equal to those lines. */
export interface Requirement {
  readonly id: string;
  readonly level: RequirementLevel;
  readonly text: string;
  readonly acceptance: readonly string[];
  readonly source: string;
  readonly quote: string;
}

/** One thing that must be true when the task is done, and the test or command that proves it (null = unproven). */
export interface PlanCriterion {
  readonly text: string;
  readonly proof: string | null;
}

/** One task of a plan. `key` is unique in the plan and stable over runs; a task with children is a group. */
export interface PlanTask {
  readonly key: string;
  readonly parent: string | null;
  readonly title: string;
  readonly description: string;
  readonly type: string | null;
  readonly acceptance: readonly PlanCriterion[];
  /** Keys of tasks that must land first. */
  readonly depends_on: readonly string[];
  /** Ids of the requirements it serves. */
  readonly requirements: readonly string[];
  readonly capabilities: readonly string[];
  /** Globs of the files it is expected to change. */
  readonly files: readonly string[];
  readonly estimate_minutes: number | null;
  /** 1 (trivial) to 10 (should be split), null when the planner cannot tell. */
  readonly complexity: number | null;
  readonly priority: Priority;
  readonly confidence: Confidence;
  readonly questions: readonly string[];
  readonly source: string | null;
  readonly quote: string | null;
  /** Ticked in the document: imported as done, never given to an agent. */
  readonly done: boolean;
}

/** A part of the document from which no tasks were made, and why. */
export interface LeftOut {
  readonly title: string;
  readonly source: string;
  /** How many items it has. */
  readonly items: number;
  readonly reason: string;
}

/** Text of a source that its reader would not see: comments, characters that print nothing, direction overrides, white on white. */
export interface HiddenPassage {
  readonly source: string;
  readonly kind: "comment" | "zero-width" | "bidi-control" | "unseen";
  readonly text: string;
}

export interface Plan {
  readonly version: 1;
  readonly id: string;
  readonly status: "draft" | "reviewing" | "imported";
  readonly planner: { readonly name: string; readonly model: string | null };
  readonly sources: readonly PlanSource[];
  readonly requirements: readonly Requirement[];
  readonly tasks: readonly PlanTask[];
  readonly non_goals: readonly string[];
  readonly questions: readonly string[];
  readonly assumptions: readonly string[];
  readonly left_out?: readonly LeftOut[];
  readonly hidden?: readonly HiddenPassage[];
}

/** One thing that is wrong, or worth a look, in a plan. An `error` refuses the import; a `gap` refuses it without --allow-gaps. */
export interface PlanProblem {
  readonly severity: "error" | "gap" | "warning";
  /** A stable word: duplicate-key, dangling-parent, dangling-dependency, cycle, depth, uncovered-must, near-duplicate, … */
  readonly rule: string;
  /** The task keys or requirement ids it is about. */
  readonly about: readonly string[];
  readonly message: string;
}

/** A problem with the way to it and out of it. */
export interface PlanFinding extends PlanProblem {
  /** Where the documents say it, e.g. prd.md#L61; null where they do not. */
  readonly address: string | null;
  /** What to do about it, in words; null where only its reader knows. */
  readonly hint: string | null;
}

/** The tasks of a plan that have no children: what an agent can be given. */
export function leavesOf(plan: Pick<Plan, "tasks">): readonly PlanTask[] {
  const parents = new Set(plan.tasks.map((task) => task.parent));
  return plan.tasks.filter((task) => !parents.has(task.key));
}
