import { WerkError } from "@taskwerk/contract/errors";
import type { ImportRow } from "@taskwerk/contract/import-tasks";
import type { Plan, PlanTask } from "../model/plan.ts";
import { checkPlan } from "./check.ts";
import { inTreeOrder } from "./tree-order.ts";

export interface ToBatchOptions {
  /** Import although a MUST has no task. */
  readonly allowGaps?: boolean;
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
}

/** A task's external key in taskwerk: `<plan>/<key>`. */
export const externalKeyOf = (plan: Pick<Plan, "id">, key: string): string => `${plan.id}/${key}`;

/** The plan's id: importing the same plan twice imports once. */
export const importIdempotencyKey = (plan: Pick<Plan, "id">): string => plan.id;

/**
 * The plan as one batch for taskwerk, parents before children. Pure. Throws PLAN_INVALID for a plan with errors, and
 * POLICY_UNMET for one with gaps unless they are allowed; both list the problems in `details`.
 */
export function toBatch(plan: Plan, { allowGaps = false }: ToBatchOptions = {}): readonly ImportRow[] {
  const problems = checkPlan(plan);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new WerkError("PLAN_INVALID", `plan ${plan.id} cannot be imported: ${errors[0]?.message ?? ""}`, {
      hint: "Correct the plan file in an editor, then: conductor plan show",
      details: { problems: errors },
    });
  }
  const gaps = problems.filter(({ severity }) => severity === "gap");
  if (gaps.length > 0 && !allowGaps) {
    const what = gaps.length === 1 ? "a MUST has no task" : `${gaps.length} MUSTs have no task`;
    throw new WerkError("POLICY_UNMET", `plan ${plan.id} has gaps: ${what}. ${gaps[0]?.message ?? ""}`, {
      hint: "Add tasks to the plan file in an editor, or import it as it is: conductor plan import --confirm --allow-gaps",
      details: { problems: gaps },
    });
  }
  const parents = new Set(plan.tasks.map(({ parent }) => parent));
  return inTreeOrder(plan.tasks).map((task) => rowOf(plan, task, parents.has(task.key)));
}

function rowOf(plan: Plan, task: PlanTask, isGroup: boolean): ImportRow {
  const key = externalKeyOf(plan, task.key);
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
  };
  return {
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
    metadata: { plan: about },
    status: task.done ? "done" : "todo",
  };
}
