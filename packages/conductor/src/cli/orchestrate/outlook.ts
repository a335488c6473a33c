import type { Task } from "@taskwerk/contract/task";
import { newestByGate } from "../../model/gate.ts";
import type { Told } from "../../model/notice.ts";
import type { RunOptions } from "../../model/run.ts";
import type { RunState } from "../../model/state.ts";
import { afterRecovery } from "../../report/after-recovery.ts";
import { type Forecast, forecast, historyOf, tasksAhead } from "../../report/forecast.ts";
import { lacking } from "../../run/capability.ts";
import { placesOf, type RunSettings } from "../../run/context.ts";
import type { Preflight } from "../../run/preflight.ts";

/** What is to be expected of a run beside what the checks found. */
export interface Outlook {
  /** How many agents work at once. */
  readonly places: number;
  /** How often a task goes to an agent, and how long one may work on it. */
  readonly tries: number;
  readonly taskMs: number;
  readonly forecast: Forecast;
  /** Where people are told; without `problem` where that was not tried. */
  readonly tells: readonly (Omit<Told, "problem"> & Partial<Told>)[];
  /** Protected classes that do not ask because the repository's file says so. */
  readonly asksLess: readonly string[];
  /** Why the machine may go to sleep meanwhile; null = it is held awake. */
  readonly sleeps: string | null;
}

/** The forecast of a run, from the journal, taskwerk's tasks, and the gates as they were just timed. */
export function forecastOf(
  state: RunState,
  {
    checked: { gates, baseline, agent },
    options,
    settings,
    tasks,
    wants,
    now,
  }: {
    readonly checked: Pick<Preflight, "gates" | "baseline" | "agent">;
    readonly options: RunOptions;
    readonly settings: Pick<RunSettings, "caps" | "gatesAtOnce">;
    readonly tasks: readonly Task[];
    readonly wants: (task: Task) => boolean;
    readonly now: Date;
  },
): Forecast {
  const times = new Map(newestByGate(baseline).map(({ gate, durationMs }) => [gate, durationMs]));
  const may = (task: Task): boolean => wants(task) && lacking(task, settings.caps.has).length === 0;
  return forecast({
    tasks: tasksAhead(afterRecovery(state, tasks), may, options.maxTasks),
    history: historyOf(state, agent.id),
    // On the branch and on what would land.
    gatesMs: gates.reduce((sum, { id, phases }) => sum + (times.get(id) ?? 0) * phases.length, 0),
    places: placesOf(settings.caps, options.concurrency),
    gatesAtOnce: settings.gatesAtOnce,
    budgetUsd: options.budgetUsd,
    until: options.until,
    now,
  });
}
