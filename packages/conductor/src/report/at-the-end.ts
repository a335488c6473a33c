/** What a run that goes on will have cost, and when it will be over, from what has landed here before. Pure. */
import { newestByGate } from "../model/gate.ts";
import type { RunState } from "../model/state.ts";
import type { ReportFacts } from "./facts.ts";
import { forecast, historyOf, type Range } from "./forecast.ts";
import { startable } from "./go-on.ts";
import type { Report } from "./report.ts";

export interface AtTheEnd {
  /** Of the whole run, what is spent already included; null = unknown. */
  readonly usd: Range | null;
  /** RFC 3339; null = unknown. */
  readonly endsAt: string | null;
  /** It may not be done in the time that it was given. */
  readonly late: boolean;
  /** Tasks that have landed here before. */
  readonly landedBefore: number;
}

/** Null where nothing is left to be done or nothing has landed yet. */
export function atTheEnd(
  state: RunState,
  { session, tasks, costs }: Pick<Report, "session" | "tasks" | "costs">,
  facts: ReportFacts,
): AtTheEnd | null {
  const options = state.sessions.get(session.id)?.options;
  if (options === undefined) return null;
  const ahead = startable(tasks).filter(({ state: word }) => word !== "waiting");
  const history = historyOf(state, options.agent);
  if (ahead.length === 0 || history.landed === 0) return null;
  const known = new Map((facts.tasks ?? []).map((task) => [task.id, task]));
  const found = forecast({
    tasks: ahead.map(({ id, after }) => ({
      id,
      depends_on: [...after],
      estimate_minutes: known.get(id)?.estimate_minutes ?? null,
    })),
    history,
    gatesMs: gatesOf(state, session.id),
    places: options.concurrency,
    gatesAtOnce: 1,
    budgetUsd: options.budgetUsd,
    until: options.until,
    now: new Date(facts.now),
  });
  const begun = ahead.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  const whole = (rest: number): number => Math.max(costs.knownUsd, costs.knownUsd - begun + rest);
  const range = found.usdRange ?? (found.usd === null ? null : { least: found.usd, most: found.usd });
  return {
    usd: costs.usd === null || range === null ? null : { least: whole(range.least), most: whole(range.most) },
    endsAt: found.endsAt,
    late: found.late,
    landedBefore: history.landed,
  };
}

/** What the gates of one task take: as they were timed on the base, once on the branch and once on what would land. */
function gatesOf(state: RunState, session: string): number {
  const baseline = state.judgements
    .filter((one) => one.session === session && one.attempt === null)
    .map(({ receipt }) => state.receipts.get(receipt))
    .filter((one) => one !== undefined);
  return 2 * newestByGate(baseline).reduce((sum, { durationMs }) => sum + durationMs, 0);
}
