/** How the work flowed: lead times, what was lost to a provider, estimate against actual, what changed since the import, other sessions. Pure. */
import type { RunState, SessionState } from "../model/state.ts";
import { costsOf } from "./costs.ts";
import { covered } from "./covered.ts";
import type { ReportFacts } from "./facts.ts";
import type { TaskReport } from "./task-report.ts";

export interface SessionFigures {
  readonly session: string;
  readonly landed: number;
  /** Landed tasks whose first gates were green, rounded down; null when nothing landed. */
  readonly firstPassPercent: number | null;
  /** null = unknown. */
  readonly usdPerLanded: number | null;
}

export interface Flow {
  /** From the first attempt of a task to its landing, the middle one of those that landed, milliseconds; null when none did. */
  readonly leadMs: number | null;
  /** While a provider took nothing of an account, milliseconds; what was over in time counts as it was. */
  readonly limitedMs: number;
  readonly pauses: number;
  /** What the plan said of the tasks that landed, and what their agents took, minutes; null where nothing was said. */
  readonly estimate: { readonly tasks: number; readonly saidMinutes: number; readonly tookMinutes: number } | null;
  /** Tasks of taskwerk against the plan that was imported; null where there is no plan. */
  readonly sinceImport: {
    readonly planned: number;
    readonly added: number;
    readonly split: number;
    readonly dropped: number;
  } | null;
  /** The newest sessions, this one last, at most five. */
  readonly trend: readonly SessionFigures[];
}

const SHOWN = 5;

/** Folds it from the state, the tasks and the plan that were handed in. */
export function flowOf(state: RunState, session: SessionState, tasks: readonly TaskReport[], facts: ReportFacts): Flow {
  const landed = tasks.filter((task) => task.landed?.session === session.id);
  const leads = landed
    .flatMap(({ id, landed: landing }) => {
      const first = [...state.attempts.values()].find((one) => one.task === id);
      return first === undefined || landing === null ? [] : [Date.parse(landing.at) - Date.parse(first.startedAt)];
    })
    .sort((a, b) => a - b);
  const pauses = state.pauses.filter((one) => one.session === session.id);
  const end = Date.parse(session.endedAt ?? facts.now);
  return {
    leadMs: leads.length === 0 ? null : leads[Math.floor((leads.length - 1) / 2)]!,
    limitedMs: covered(pauses.map((one) => [Date.parse(one.at), Math.min(Date.parse(one.until), end)] as const)),
    pauses: pauses.length,
    estimate: estimateOf(state, landed, facts),
    sinceImport: sinceImport(facts),
    trend: trendOf(state, session),
  };
}

function estimateOf(state: RunState, landed: readonly TaskReport[], { tasks, plan }: ReportFacts): Flow["estimate"] {
  const said = landed.flatMap(({ id }) => {
    const key = tasks?.find((task) => task.id === id)?.key ?? null;
    const planned = plan?.tasks.find((task) => `${plan.id}/${task.key}` === key);
    return planned?.estimate_minutes == null ? [] : [{ id, minutes: planned.estimate_minutes }];
  });
  if (said.length === 0) return null;
  const ids = new Set(said.map(({ id }) => id));
  const ms = [...state.attempts.values()]
    .filter(({ task }) => ids.has(task))
    .reduce((sum, { spentMs }) => sum + (spentMs.running ?? 0) + (spentMs.rework ?? 0), 0);
  return {
    tasks: said.length,
    saidMinutes: said.reduce((sum, { minutes }) => sum + minutes, 0),
    tookMinutes: Math.ceil(ms / 60_000),
  };
}

/** Split: a task of the plan that was none's parent there and has children now. Dropped: cancelled, or not there any more. */
function sinceImport({ tasks, plan }: ReportFacts): Flow["sinceImport"] {
  if (plan === null || tasks === null) return null;
  const groups = new Set(plan.tasks.flatMap(({ parent }) => (parent === null ? [] : [parent])));
  const leaves = plan.tasks.filter(({ key, done }) => !groups.has(key) && !done);
  const byKey = new Map(tasks.flatMap((task) => (task.key === null ? [] : [[task.key, task] as const])));
  const there = leaves.map(({ key }) => byKey.get(`${plan.id}/${key}`));
  const keys = new Set(plan.tasks.map(({ key }) => `${plan.id}/${key}`));
  return {
    planned: leaves.length,
    added: tasks.filter(({ key, children }) => children.length === 0 && (key === null || !keys.has(key))).length,
    split: there.filter((task) => task !== undefined && task.children.length > 0).length,
    dropped: there.filter((task) => task === undefined || task.status === "cancelled").length,
  };
}

function trendOf(state: RunState, session: SessionState): readonly SessionFigures[] {
  const ids = [...state.sessions.keys()];
  return ids
    .slice(0, ids.indexOf(session.id) + 1)
    .slice(-SHOWN)
    .map((id) => {
      const attempts = [...state.attempts.values()].filter((one) => one.session === id);
      const landed = new Set(state.landings.filter((one) => one.session === id).map(({ task }) => task));
      const green = [...landed].filter((task) =>
        [...state.attempts.values()].every((one) => one.task !== task || one.reds === 0),
      ).length;
      return {
        session: id,
        landed: landed.size,
        firstPassPercent: landed.size === 0 ? null : Math.floor((green * 100) / landed.size),
        usdPerLanded: costsOf(attempts, landed.size).usdPerLanded,
      };
    });
}
