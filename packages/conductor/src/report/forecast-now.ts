/** What is still to be expected of a run that goes on: as before it began, with the gates as they were measured meanwhile. Pure. */
import type { Task } from "@taskwerk/contract/task";
import { newestByGate, type Receipt } from "../model/gate.ts";
import type { RunState, SessionState } from "../model/state.ts";
import { costsOf } from "./costs.ts";
import { type Forecast, forecast, historyOf, tasksAhead } from "./forecast.ts";

/** `wants`: the session is to do this task. */
export function forecastNow(
  state: RunState,
  session: SessionState,
  tasks: readonly Task[],
  wants: (task: Task) => boolean,
  now: Date,
): Forecast {
  const { options } = session;
  const attempts = [...state.attempts.values()].filter((one) => one.session === session.id);
  const spent = costsOf(attempts, 0).knownUsd;
  return forecast({
    tasks: tasksAhead(tasks, wants, options.maxTasks),
    history: historyOf(state, options.agent),
    gatesMs: gatesMsOf(state, session.id),
    places: options.concurrency,
    gatesAtOnce: 1,
    budgetUsd: options.budgetUsd === null ? null : Math.max(0, options.budgetUsd - spent),
    // A time that is past is no limit of what is still to be done.
    until: options.until !== null && Date.parse(options.until) > now.getTime() ? options.until : null,
    now,
  });
}

/** The newest time of each gate, on the branch and on what would land; where none has run yet, twice what the base took. */
function gatesMsOf(state: RunState, session: string): number {
  const receipts = state.judgements
    .filter((one) => one.session === session)
    .flatMap(({ receipt }) => state.receipts.get(receipt) ?? []);
  const sum = (phase: Receipt["phase"]): number =>
    newestByGate(receipts.filter((one) => one.phase === phase)).reduce((ms, { durationMs }) => ms + durationMs, 0);
  const measured = sum("pre") + sum("merged");
  return measured > 0 ? measured : 2 * sum("baseline");
}
