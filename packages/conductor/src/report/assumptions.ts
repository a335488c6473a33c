/** What was taken for granted because nobody said otherwise, and what people said. Pure. */
import type { Decision } from "../model/decision.ts";
import { isAssumed } from "../model/decision-outcome.ts";
import type { Plan } from "../model/plan.ts";

export interface Assumption {
  /** The question it comes from; null for one of the plan. */
  readonly decision: string | null;
  /** D1, D2, …: under which it can be said otherwise. */
  readonly id: string | null;
  readonly task: string | null;
  /** Every task that goes by it. */
  readonly tasks: readonly string[];
  readonly text: string;
  readonly reversible: boolean | null;
}

/** Those of the plan, then questions that expired with a safe default. */
export function assumptionsOf(decisions: readonly Decision[], plan: Plan | null): readonly Assumption[] {
  return [
    ...(plan?.assumptions ?? []).map((text) => ({
      ...{ decision: null, id: null, task: null, tasks: [], text, reversible: null },
    })),
    ...decisions.filter(isAssumed).map((one) => ({
      decision: one.id,
      id: one.kept,
      task: one.task,
      tasks: one.askers.map(({ task }) => task),
      text: `${one.text} ${one.recommended ?? "the default"}`,
      reversible: one.reversible,
    })),
  ];
}

/** One line of what is kept: what was asked, what holds, who says so, and which tasks go by it. */
export interface Kept {
  readonly id: string;
  readonly question: string;
  readonly decision: string;
  readonly holds: string | null;
  /** Nobody said it: the agent's own default. */
  readonly assumed: boolean;
  readonly by: string | null;
  readonly reversible: boolean;
  readonly tasks: readonly string[];
  readonly session: string;
}

/** What is kept of the questions of a session, or of all, by number; `assumed`: only what nobody said. */
export function keptOf(
  decisions: Iterable<Decision>,
  only: { readonly session?: string; readonly assumed: boolean },
): readonly Kept[] {
  return [...decisions]
    .filter(
      (one) => one.kept !== null && one.session === (only.session ?? one.session) && (!only.assumed || isAssumed(one)),
    )
    .map((one) => ({
      id: one.kept!,
      question: one.text,
      decision: one.id,
      holds: isAssumed(one) ? one.recommended : one.answer,
      assumed: isAssumed(one),
      by: isAssumed(one) ? null : one.answeredBy,
      reversible: one.reversible,
      tasks: one.askers.map(({ task }) => task),
      session: one.session,
    }))
    .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}
