/** How tasks hang together: what they are parts of, and what waits for what. */
import { z } from "zod";
import { strings } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import type { Status } from "./status.ts";

/** The input of `task.move`: tasks with all below them go under `parent`, or to the top (null). Their ids stay. */
export const MoveTasks = z.strictObject({
  ids: z.array(z.string()).min(1).max(LIMITS.ids),
  parent: z.string().nullable(),
});
export type MoveTasks = z.infer<typeof MoveTasks>;

/** The input of `task.deps`: what `id` is to depend on, and on what no longer. */
export const EditDeps = z.strictObject({
  id: z.string(),
  add: strings.optional(),
  remove: strings.optional(),
  /** Says whether it could be, and changes nothing. */
  dry_run: z.boolean().optional(),
});
export type EditDeps = z.infer<typeof EditDeps>;

/** The input of `task.split`: a part for each title, below the task, as urgent as it is. */
export const SplitTask = z.strictObject({
  id: z.string(),
  titles: z.array(z.string().trim().min(1).max(LIMITS.title)).min(1).max(LIMITS.listItems),
  /** The parts share its estimate. */
  divide_estimate: z.boolean().optional(),
  claim: z.string().optional(),
});
export type SplitTask = z.infer<typeof SplitTask>;

/** The input of `task.why`. */
export const WhyTask = z.strictObject({ id: z.string() });
export type WhyTask = z.infer<typeof WhyTask>;

/** One thing that keeps a task from being worked on now. */
export type Hindrance =
  /** Its status is none in which it can be taken. */
  | { readonly kind: "status"; readonly status: Status; readonly reason: string | null }
  | { readonly kind: "claimed"; readonly by: string; readonly until: string }
  | { readonly kind: "deferred"; readonly until: string }
  | { readonly kind: "archived" | "deleted"; readonly at: string }
  /** It is the sum of its children, and closes with the last. */
  | { readonly kind: "group" }
  /** It waits for another one: depends on it, has it as an open part, or is itself a part of what is held. */
  | { readonly kind: "waits_for" | "child" | "ancestor"; readonly task: WhyNode }
  /** There are more of a kind than are told: so many are left out, of so many, and this lists them. */
  | {
      readonly kind: "more";
      readonly of: "waits_for" | "child";
      readonly left: number;
      readonly total: number;
      readonly list: string;
    };

/** A task in the proof of why another one is not ready. */
export interface WhyNode {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly ready: boolean;
  readonly claim: { readonly by: string; readonly lease_until: string } | null;
  /** Why it is not done yet, all the way down; empty for one that is ready, and where `above` or `cut`. */
  readonly because: readonly Hindrance[];
  /** It stands in the proof already, with its reasons. */
  readonly above: boolean;
  /** Its reasons are left out: the proof has as many tasks as it may. */
  readonly cut: boolean;
}

/** `data` of `task.why`: the proof. */
export interface Why extends WhyNode {
  /** Open tasks at the ends of the proof: with them it begins to move. */
  readonly ends: readonly string[];
}

/** `data` of `graph.check`. A store lets none of the first two come to be; the third is for a person to settle. */
export interface GraphCheck {
  readonly ok: boolean;
  /** How many tasks and dependencies were looked at. */
  readonly tasks: number;
  readonly dependencies: number;
  /** A way on which tasks wait for each other; the first one is also last. */
  readonly cycles: readonly (readonly string[])[];
  /** Tasks that depend on what they are a part of, or on a part of theirs. */
  readonly kin: readonly { readonly id: string; readonly on: string }[];
  /** Open tasks that wait for what was cancelled or deleted. */
  readonly never: readonly { readonly id: string; readonly on: string; readonly why: "cancelled" | "deleted" }[];
}
