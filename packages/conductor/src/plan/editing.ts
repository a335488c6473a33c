/** A plan under edit, with the way back. Pure; nothing is written. */
import type { Plan } from "../model/plan.ts";
import { type Edited, editPlan, type PlanEdit } from "./edit-plan.ts";

/** One step: an edit, or the plan replaced as a whole, e.g. by what its file holds now. */
export type Step = PlanEdit | { readonly kind: "replace" };

/** What was done, and the plan before it. */
export interface EditStep {
  readonly edit: Step;
  readonly before: Plan;
}

/** A plan as it is now, with the edits before and those that were taken back. */
export interface Editing {
  readonly plan: Plan;
  /** The oldest first. */
  readonly done: readonly EditStep[];
  /** What was taken back, the newest first. */
  readonly undone: readonly { readonly edit: Step; readonly after: Plan }[];
}

/** Nothing was edited yet. */
export const startEditing = (plan: Plan): Editing => ({ plan, done: [], undone: [] });

/** Does an edit; what was taken back before cannot be had again then. */
export function doEdit(
  editing: Editing,
  edit: PlanEdit,
): { readonly outcome: "edited"; readonly editing: Editing } | Extract<Edited, { outcome: "refused" }> {
  const edited = editPlan(editing.plan, edit);
  if (edited.outcome === "refused") return edited;
  const step: EditStep = { edit, before: editing.plan };
  return { outcome: "edited", editing: { plan: edited.plan, done: [...editing.done, step], undone: [] } };
}

/** Puts another plan in the place of this one; that can be taken back like any edit. */
export const replacePlan = ({ plan, done }: Editing, by: Plan): Editing => ({
  plan: by,
  done: [...done, { edit: { kind: "replace" }, before: plan }],
  undone: [],
});

/** Takes the last edit back; null when there is none. */
export function undoEdit({ plan, done, undone }: Editing): Editing | null {
  const last = done.at(-1);
  if (last === undefined) return null;
  return { plan: last.before, done: done.slice(0, -1), undone: [{ edit: last.edit, after: plan }, ...undone] };
}

/** Does what was taken back last; null when there is nothing. */
export function redoEdit({ plan, done, undone }: Editing): Editing | null {
  const [next, ...rest] = undone;
  if (next === undefined) return null;
  return { plan: next.after, done: [...done, { edit: next.edit, before: plan }], undone: rest };
}
