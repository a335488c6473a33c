import { WerkError } from "@taskwerk/contract/errors";
import type { ImportRow } from "@taskwerk/contract/import-tasks";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Task } from "@taskwerk/contract/task";
import type { Plan, PlanFinding, PlanTask } from "../model/plan.ts";
import { type CheckOptions, checkPlan } from "./check.ts";
import { printsOf } from "./field-prints.ts";
import { inTreeOrder } from "./tree-order.ts";

/** What may be passed over, and how the plan is called in hints. */
export interface ToBatchOptions extends Pick<CheckOptions, "sources"> {
  /** Import although a MUST has no task, or what is quoted stands no more. */
  readonly allowGaps?: boolean;
  /** The plan as it would be typed, for the hints; null = the newest. */
  readonly typed?: string | null;
}

/** What each task knows of its plan once it is in taskwerk, under `metadata.plan`. */
export interface PlanMetadata {
  readonly id: string;
  readonly key: string;
  readonly requirements: readonly string[];
  readonly source: string | null;
  readonly quote: string | null;
  /** What proves each acceptance item, in their order; null = unproven. */
  readonly proofs: readonly (string | null)[];
  readonly confidence: PlanTask["confidence"];
  readonly complexity: number | null;
  readonly questions: readonly string[];
  /** A few letters for each field as the plan had it: what a person changes in taskwerk is told from what the plan changes. */
  readonly prints: Readonly<Record<string, string>>;
}

/** A task's external key in taskwerk: `<plan>/<key>`. */
export const externalKeyOf = (plan: Pick<Plan, "id">, key: string): string => `${plan.id}/${key}`;

/** The id of the plan that made a task; null where none did. */
export function idOfPlanOf({ metadata }: Pick<Task, "metadata">): string | null {
  const about = metadata.plan;
  return typeof about === "object" && about !== null && "id" in about && typeof about.id === "string" ? about.id : null;
}

/** The plan's id: importing the same plan twice imports once. */
export const importIdempotencyKey = (plan: Pick<Plan, "id">): string => plan.id;

/**
 * The plan as one batch for taskwerk, parents before children. Pure. Throws PLAN_INVALID for a plan with errors, and
 * POLICY_UNMET for one with gaps unless they are allowed; both list the problems in `details`.
 */
export function toBatch(plan: Plan, options: ToBatchOptions = {}): readonly ImportRow[] {
  refuseUnfit(plan, options);
  return rowsOf(plan);
}

/** Throws as {@link toBatch} does. */
export function refuseUnfit(plan: Plan, { allowGaps = false, typed = null, ...options }: ToBatchOptions = {}): void {
  const named = typed === null ? "" : ` ${shellWord(typed)}`;
  const findings = checkPlan(plan, options);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new WerkError("PLAN_INVALID", `plan ${plan.id} cannot be imported: ${errors[0]?.message ?? ""}`, {
      hint: `Correct the plan file in an editor, then: conductor plan lint${named}`,
      details: { problems: errors.map(told) },
    });
  }
  const gaps = findings.filter(({ severity }) => severity === "gap");
  if (gaps.length > 0 && !allowGaps) {
    const stale = gaps.filter(({ rule }) => rule === "stale-quote").length;
    const wrong = gaps.filter(({ rule }) => rule === "wrong-quote").length;
    const bare = gaps.length - stale - wrong;
    const what = [
      ...(bare === 0 ? [] : [bare === 1 ? "a MUST has no task" : `${bare} MUSTs have no task`]),
      ...(stale === 0 ? [] : [stale === 1 ? "a quote is out of date" : `${stale} quotes are out of date`]),
      ...(wrong === 0 ? [] : [wrong === 1 ? "a quote was changed" : `${wrong} quotes were changed`]),
    ].join(", and ");
    throw new WerkError("POLICY_UNMET", `plan ${plan.id} has gaps: ${what}. ${gaps[0]?.message ?? ""}`, {
      hint: `${wayOut(stale, wrong)}${named}\nImport it as it is:  conductor plan import${named} --confirm --allow-gaps`,
      details: { problems: gaps.map(told) },
    });
  }
}

/** An update follows documents that have changed; what was changed in the plan, only a person can put back. */
function wayOut(stale: number, wrong: number): string {
  if (stale > 0) return "Bring it up to its documents:  conductor plan update";
  if (wrong > 0) return "Put the quote back as its document has it:  conductor plan review --edit";
  return "Add tasks in an editor:  conductor plan review --edit";
}

const told = (finding: PlanFinding): PlanFinding & { readonly where: string; readonly field: string } => ({
  ...finding,
  where: finding.about[0] ?? "",
  field: finding.rule,
});

/** Every task as a row, whatever is to be said of the plan. */
export function rowsOf(plan: Plan): readonly ImportRow[] {
  const parents = new Set(plan.tasks.map(({ parent }) => parent));
  return inTreeOrder(plan.tasks).map((task) => rowOf(plan, task, parents.has(task.key)));
}

function rowOf(plan: Plan, task: PlanTask, isGroup: boolean): ImportRow {
  const key = externalKeyOf(plan, task.key);
  const row: ImportRow = {
    ref: key,
    key,
    title: task.title,
    ...(task.description === "" ? {} : { description: task.description }),
    ...(task.type === null ? {} : { type: task.type }),
    priority: task.priority,
    ...(task.parent === null ? {} : { parent: externalKeyOf(plan, task.parent) }),
    depends_on: task.depends_on.map((other) => externalKeyOf(plan, other)),
    acceptance: task.acceptance.map(({ text }) => ({ text, checked: task.done })),
    files: [...task.files],
    capabilities: [...task.capabilities],
    tags: [`plan:${plan.id}`.slice(0, 64), ...(isGroup ? ["group"] : [])],
    ...(task.estimate_minutes === null ? {} : { estimate_minutes: task.estimate_minutes }),
    status: task.done ? "done" : "todo",
  };
  const about: PlanMetadata = {
    id: plan.id,
    key: task.key,
    requirements: task.requirements,
    source: task.source,
    quote: task.quote,
    proofs: task.acceptance.map(({ proof }) => proof),
    confidence: task.confidence,
    complexity: task.complexity,
    questions: task.questions,
    prints: printsOf(row),
  };
  return { ...row, metadata: { plan: about } };
}
