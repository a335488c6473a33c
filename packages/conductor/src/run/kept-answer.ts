/** What was said to the same question before. Pure. */
import type { Decision } from "../model/decision.ts";
import { isAssumed } from "../model/decision-outcome.ts";
import { askedBy, sameQuestion } from "../model/same-question.ts";
import type { RunState } from "../model/state.ts";

export interface KeptAnswer {
  readonly decision: Decision;
  readonly answer: string;
  /** Another task asked it: the agent is told whose word it is. */
  readonly elsewhere: boolean;
}

/** Who asks, and whether defaults may be taken for granted now. */
export interface Asking {
  readonly task: string;
  readonly session: string;
  readonly plan: string | null;
  readonly text: string;
  /** It can be changed later, so that another one's default will do. */
  readonly mayAssume: boolean;
  readonly assumeReversible: boolean;
}

/**
 * The newest answer that is kept for this task, this run or this plan; a person's word before what was taken for granted. null: nobody
 * has said anything.
 */
export function keptAnswer({ decisions }: Pick<RunState, "decisions">, asking: Asking): KeptAnswer | null {
  const { task, session, plan, text, mayAssume, assumeReversible } = asking;
  const kept = [...decisions.values()].filter(
    (one) =>
      one.kept !== null &&
      sameQuestion(one.text, text) &&
      (askedBy(one, task) || one.session === session || (plan !== null && one.plan === plan)),
  );
  const own = (one: Decision): boolean => askedBy(one, task);
  const answered = kept.filter((one) => one.state === "answered" && one.answer !== null);
  // What was taken for granted where that was allowed is not granted where it is not.
  const assumed = kept.filter(
    (one) => isAssumed(one) && (assumeReversible || one.session === session) && (mayAssume || own(one)),
  );
  const decision = answered.findLast(own) ?? answered.at(-1) ?? assumed.findLast(own) ?? assumed.at(-1);
  const answer = decision?.state === "answered" ? decision.answer : decision?.recommended;
  if (decision === undefined || answer === null || answer === undefined) return null;
  return { decision, answer, elsewhere: !own(decision) };
}

/** What an agent is told: the answer, and whose word it is where another one asked. */
export function keptInWords({ decision, answer, elsewhere }: KeptAnswer): string {
  if (!elsewhere) return answer;
  const { id, kept, task, state, answeredBy } = decision;
  const whose =
    state === "answered" ? `${answeredBy ?? "somebody"} answered ${id} of ${task}` : `[ASSUMED] for ${task}, as ${id}`;
  return `${answer}\n\n(${kept}: ${whose}. It holds for you too.)`;
}
