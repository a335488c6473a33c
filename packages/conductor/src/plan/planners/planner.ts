import type { Usage } from "../../model/agent.ts";
import type { LeftOut, PlanProblem, PlanTask, Requirement } from "../../model/plan.ts";
import type { PlanDocument } from "../read/document.ts";
import type { RepositoryMap } from "../repository-map.ts";

/** What a planner is given. */
export interface PlanInput {
  readonly documents: readonly PlanDocument[];
  readonly requirements: readonly Requirement[];
  /** Levels of tasks, 1 or more. */
  readonly maxDepth: number;
  /** What the repository holds already; null or absent: nobody knows. */
  readonly repository?: RepositoryMap | null;
  /** A draft of its own that broke rules, and which; a planner that can learn from it answers a better one. */
  readonly correction?: { readonly draft: PlanDraft; readonly problems: readonly PlanProblem[] };
  /** What its calls may cost together, USD; absent: nothing limits them. */
  readonly budgetUsd?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanProgress) => void;
}

/** How far a planner is; sums since its start. */
export interface PlanProgress {
  /** The level of tasks being made, from 1; 0 while a draft is being corrected. */
  readonly level: number;
  /** Tries, also those that failed. */
  readonly calls: number;
  readonly tasks: number;
  readonly usage: Usage;
  /** Answers that were there from before and cost nothing, and those that came in this run. */
  readonly kept?: number;
  readonly answered?: number;
  /** Set while a question is out: the title of the task that is decomposed, null for the documents. */
  readonly about?: string | null;
  /** Set when answers cannot be kept for the next run. */
  readonly unkept?: boolean;
  /** Set while it waits before trying a call again. */
  readonly waiting?: { readonly reason: string; readonly inMs: number };
}

/** What a planner makes: tasks in document order, parents before children. */
export interface PlanDraft {
  readonly tasks: readonly PlanTask[];
  /** Requirements that only the planner saw; their ids are not among those it was given. */
  readonly requirements: readonly Requirement[];
  readonly questions: readonly string[];
  readonly assumptions: readonly string[];
  readonly left_out: readonly LeftOut[];
}

/** Turns documents into tasks. Throws WerkError; never answers half a plan. */
export interface Planner {
  /** As in `--planner NAME`. */
  readonly name: string;
  /** The model it asks, null when it asks none. */
  readonly model: string | null;
  /** True when a correction can change its answer. */
  readonly learns: boolean;
  plan(input: PlanInput): Promise<PlanDraft>;
  /** Its last drafts broke rules for good: what it keeps of them is forgotten, so that the next run asks anew. */
  reject?(): Promise<void>;
}
