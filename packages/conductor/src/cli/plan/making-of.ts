import { isWerkError } from "@taskwerk/contract/errors";
import type { Plan } from "../../model/plan.ts";
import { costOfPlannings, type PlanMaking } from "../../model/planning.ts";
import type { App } from "../app.ts";
import { hasJournalAt } from "../system/has-journal.ts";

const UNKNOWN: PlanMaking = { drafts: null, cost: null };

/** How often a plan was drafted, and what that has used; unknown where no journal can be read. */
export async function makingOf(app: App, plan: Plan): Promise<PlanMaking> {
  if (!hasJournalAt(app.root)) return UNKNOWN;
  try {
    const { plans, plannings } = await (await app.journal()).state();
    return {
      drafts: plans.get(plan.id)?.drafts ?? null,
      cost: costOfPlannings(plannings.filter((one) => one.plan === plan.id)),
    };
  } catch (error) {
    // A plan can be looked at although the journal is damaged; the verbs that need it say so.
    if (isWerkError(error)) return UNKNOWN;
    throw error;
  }
}
