/** What policy is told besides the change: whose work it is, what it cost, where it would go, what was said yes to before. */
import { branchOf } from "../model/branch-of.ts";
import type { Receipt } from "../model/gate.ts";
import { rememberedIn } from "../model/remembered.ts";
import { attemptsOf, type RunState } from "../model/state.ts";
import { whoWorkedOn } from "../model/who-worked.ts";
import type { Change, Circumstances } from "../policy/action.ts";
import type { PolicySettings } from "../policy/decide.ts";
import { protectedHits } from "../policy/protected.ts";
import type { RunContext } from "./context.ts";
import type { Story } from "./story.ts";

/** The policy of this run as it stands now. */
export async function policyNow({ journal, session, settings }: RunContext): Promise<PolicySettings> {
  const { decisions } = await journal.state();
  return { ...settings.policy, remembered: rememberedIn(decisions.values(), session.id) };
}

/** What is known of an attempt's work before its gates have run. `commands`: those that they would run. */
export async function circumstancesOf(
  { context, task, id }: Pick<Story, "context" | "task" | "id">,
  change: Change,
  commands: readonly string[],
): Promise<Circumstances> {
  const { session, journal } = context;
  const state = await journal.state();
  return {
    commands,
    costUsd: costOf(state, task.id),
    target: branchOf(session.target),
    reversible: isReversible(change),
    actors: actorsOf(state, { attempt: id, task: task.id }, context),
  };
}

/** What a run before this one has left may be in it, so whoever has worked on the task at any time counts. */
function actorsOf(
  state: RunState,
  { attempt, task }: { readonly attempt: string; readonly task: string },
  { session, otherAgent }: Pick<RunContext, "session" | "otherAgent">,
): readonly string[] {
  const began = state.attempts.has(attempt) ? [] : [session.options.agent];
  return [...new Set([...began, ...whoWorkedOn(state, task, otherAgent?.id)])];
}

/** A revert does not take back what a migration has done to a database. */
export const isReversible = ({ paths }: Pick<Change, "paths">): boolean =>
  protectedHits(paths, ["database_migrations"]).length === 0;

/** Of all attempts of a task; null when one of them does not say, or has no known price. */
export function costOf(state: RunState, task: string): number | null {
  let sum = 0;
  for (const { usage } of attemptsOf(state, task)) {
    if (usage === null || usage.usd === null) return null;
    sum += usage.usd;
  }
  return sum;
}

/** The worst difference to the base of any gate that measures coverage, in percentage points; null when none does on both. */
export function coverageDelta(baseline: readonly Receipt[], receipts: readonly Receipt[]): number | null {
  const deltas = receipts.flatMap(({ gate, coverage }) => {
    const before = baseline.findLast((one) => one.gate === gate)?.coverage;
    // Tenths of a point that floating numbers invent are no loss.
    return coverage && before ? [Math.round((coverage.percent - before.percent) * 1_000) / 1_000] : [];
  });
  return deltas.length === 0 ? null : Math.min(...deltas);
}
