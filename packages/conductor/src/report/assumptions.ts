/** What was taken for granted because nobody said otherwise. Pure. */
import type { Decision } from "../model/decision.ts";
import type { Plan } from "../model/plan.ts";

export interface Assumption {
  /** The decision it comes from; null for one of the plan. */
  readonly decision: string | null;
  readonly task: string | null;
  readonly text: string;
  readonly reversible: boolean | null;
}

/** Those of the plan, then questions that expired with a safe default. */
export function assumptionsOf(decisions: readonly Decision[], plan: Plan | null): readonly Assumption[] {
  const taken = decisions.filter((one) => one.state === "expired" && one.onExpiry === "safe-default");
  return [
    ...(plan?.assumptions ?? []).map((text) => ({ decision: null, task: null, text, reversible: null })),
    ...taken.map((one) => ({
      decision: one.id,
      task: one.task,
      text: `${one.text} ${one.recommended ?? "the default"}`,
      reversible: one.reversible,
    })),
  ];
}
