/**
 * How long a run takes and what it costs, as far as that can be told beforehand: from what has landed here before, else from the
 * plan's estimates; from nothing else. What is not known stays unknown. Pure.
 */
import type { Task } from "@taskwerk/contract/task";
import { type AttemptState, attemptsOf, type RunState } from "../model/state.ts";
import { costsOf } from "./costs.ts";

/** What half of what has landed lies between: a quarter is below it, and a quarter above. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** What has landed here before, by the same agent. */
export interface History {
  /** Tasks. */
  readonly landed: number;
  /** An agent's work on one of them, waiting and gates left out: the middle one. null = nothing has landed. */
  readonly workMs: number | null;
  /** What one of them cost: the middle one. null = nothing has landed, or what some cost is not known. */
  readonly usd: number | null;
  /** The same as ranges; null = unknown, or too few have landed for one. */
  readonly workRange: Range | null;
  readonly usdRange: Range | null;
}

export interface ForecastWish {
  readonly tasks: readonly ForecastTask[];
  readonly history: History;
  /** What the gates of one task take, those on the branch and those on what would land. */
  readonly gatesMs: number;
  /** How many agents work at once, and how many trees are judged. */
  readonly places: number;
  readonly gatesAtOnce: number;
  readonly budgetUsd: number | null;
  /** RFC 3339. */
  readonly until: string | null;
  readonly now: Date;
}

export type ForecastTask = Pick<Task, "id" | "depends_on" | "estimate_minutes">;

export interface Forecast {
  readonly tasks: number;
  /** What it rests on. */
  readonly from: "history" | "estimates" | "nothing";
  /** Tasks that have landed here before. */
  readonly landedBefore: number;
  /** Of all agents together, and of all gates. null = unknown. */
  readonly agentsMs: number | null;
  readonly gatesMs: number;
  /** From now to the end, much of it side by side. null = unknown. */
  readonly totalMs: number | null;
  /** RFC 3339; null = unknown. */
  readonly endsAt: string | null;
  /** RFC 3339: were all tasks like the quicker, and like the slower quarter of those before. null = unknown. */
  readonly endsEarly: string | null;
  readonly endsLate: string | null;
  /** null = unknown, never 0 for unknown. */
  readonly usd: number | null;
  /** Were all tasks like the cheaper, and like the dearer quarter of those before. null = unknown. */
  readonly usdRange: Range | null;
  /** It may not be done in time, or for the money. */
  readonly late: boolean;
  readonly dear: boolean;
}

const MINUTE = 60_000;
const WORK = ["claimed", "preparing", "running", "rework"] as const;

/** What the journal knows of tasks that this agent has landed. */
export function historyOf(state: RunState, agent: string): History {
  const ids = new Set(
    state.landings.filter((one) => state.attempts.get(one.attempt)?.agent === agent).map((one) => one.task),
  );
  const each = [...ids].map((id) => attemptsOf(state, id));
  const costs = each.map((attempts) => costsOf(attempts, 1).usd);
  const works = each.map((attempts) => attempts.reduce((sum, one) => sum + workOf(one), 0));
  const known = costs.filter((usd) => usd !== null);
  const all = known.length === costs.length;
  return {
    landed: ids.size,
    workMs: quantile(works, 0.5),
    usd: all ? quantile(known, 0.5) : null,
    workRange: rangeOf(works),
    usdRange: all ? rangeOf(known) : null,
  };
}

const workOf = ({ spentMs }: AttemptState): number => WORK.reduce((sum, stage) => sum + (spentMs[stage] ?? 0), 0);

/**
 * The tasks that a run can do: open ones that it is to do, at most `most`, and nothing that waits for what it cannot do.
 * `may`: it is given this one.
 */
export function tasksAhead(all: readonly Task[], may: (task: Task) => boolean, most: number | null): readonly Task[] {
  const over = new Set(all.filter(({ status }) => status === "done").map(({ id }) => id));
  const groups = new Set(all.filter(({ children }) => children.length > 0).map(({ id }) => id));
  let ahead = all.filter(
    (task) => !groups.has(task.id) && may(task) && !["done", "cancelled", "blocked", "paused"].includes(task.status),
  );
  for (;;) {
    const there = new Set(ahead.map(({ id }) => id));
    // A group is closed by the run itself.
    const next = ahead.filter((task) => task.depends_on.every((id) => over.has(id) || there.has(id) || groups.has(id)));
    if (next.length === ahead.length) break;
    ahead = next;
  }
  return most === null ? ahead : ahead.slice(0, most);
}

export function forecast(wish: ForecastWish): Forecast {
  const { tasks, history, gatesMs, places, gatesAtOnce, budgetUsd, until, now } = wish;
  const works = worksOf(tasks, history);
  const allGates = tasks.length * gatesMs;
  const totalWith = (of: readonly number[]): number =>
    Math.max(
      spanOf(tasks, { workOf: (at) => of[at]!, gatesMs, places }),
      // Gates run so many at a time, however many agents there are.
      allGates / gatesAtOnce,
    );
  const endWith = (of: readonly number[]): Date => new Date(now.getTime() + totalWith(of));
  const total = works === null ? null : totalWith(works);
  const usd = tasks.length === 0 ? 0 : history.usd === null ? null : history.usd * tasks.length;
  const endsAt = works === null ? null : endWith(works);
  const { workMs, workRange } = history;
  const scaled = (to: number | undefined): string | null =>
    works === null || to === undefined || workMs === null || workMs === 0
      ? null
      : endWith(works.map((ms) => (ms * to) / workMs)).toISOString();
  const usdRange =
    history.usdRange === null
      ? null
      : { least: history.usdRange.least * tasks.length, most: history.usdRange.most * tasks.length };
  return {
    tasks: tasks.length,
    from: history.workMs !== null ? "history" : works === null ? "nothing" : "estimates",
    landedBefore: history.landed,
    agentsMs: works === null ? null : Math.round(works.reduce((sum, ms) => sum + ms, 0)),
    gatesMs: allGates,
    totalMs: total === null ? null : Math.round(total),
    endsAt: endsAt === null ? null : endsAt.toISOString(),
    endsEarly: scaled(workRange?.least),
    endsLate: scaled(workRange?.most),
    usd,
    usdRange,
    late: endsAt !== null && until !== null && endsAt.getTime() > Date.parse(until),
    dear: usd !== null && budgetUsd !== null && Math.max(usd, usdRange?.most ?? 0) > budgetUsd,
  };
}

/** An agent's work on each: the middle one of before, larger and smaller as the plan has them; else the plan's own words. */
function worksOf(tasks: readonly ForecastTask[], { workMs }: History): readonly number[] | null {
  const known = tasks.flatMap(({ estimate_minutes: minutes }) => (minutes === null ? [] : [minutes]));
  const middle = quantile(known, 0.5);
  if (workMs !== null)
    return tasks.map(({ estimate_minutes: minutes }) =>
      minutes === null || middle === null || middle === 0 ? workMs : (workMs * minutes) / middle,
    );
  if (middle === null) return null;
  return tasks.map(({ estimate_minutes: minutes }) => (minutes ?? middle) * MINUTE);
}

/**
 * How long it takes when `places` at a time begin with what is ready, in the order given. Gates come after an agent's work and
 * hold none of the places.
 */
function spanOf(
  tasks: readonly ForecastTask[],
  {
    workOf: lengthOf,
    gatesMs,
    places,
  }: { readonly workOf: (at: number) => number; readonly gatesMs: number; readonly places: number },
): number {
  const ends = new Map<string, number>();
  const known = new Set(tasks.map(({ id }) => id));
  const free = Array.from({ length: Math.max(1, places) }, () => 0);
  let rest = tasks.map((task, at) => ({ id: task.id, at, after: task.depends_on.filter((id) => known.has(id)) }));
  while (rest.length > 0) {
    const earliest = (after: readonly string[]): number => Math.max(0, ...after.map((id) => ends.get(id)!));
    const ready = rest.filter(({ after }) => after.every((id) => ends.has(id)));
    // A circle is refused by taskwerk; were there one, it would not be waited for.
    const [first = rest[0]!, ...others] = ready;
    const next = others.reduce((best, one) => (earliest(one.after) < earliest(best.after) ? one : best), first);
    const place = free.indexOf(Math.min(...free));
    const begin = Math.max(free[place]!, ready.length === 0 ? 0 : earliest(next.after));
    free[place] = begin + lengthOf(next.at);
    ends.set(next.id, free[place]! + gatesMs);
    rest = rest.filter(({ at }) => at !== next.at);
  }
  return Math.max(0, ...ends.values());
}

/** With fewer than these a range would be no more than two of them. */
const FEWEST = 3;

const rangeOf = (values: readonly number[]): Range | null =>
  values.length < FEWEST ? null : { least: quantile(values, 0.25)!, most: quantile(values, 0.75)! };

/** Below which such a part of them lies; between two, what lies between them. null = there is none. */
function quantile(values: readonly number[], part: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}
