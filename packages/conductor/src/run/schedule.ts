/** Which ready task goes next. Pure. */
import { PRIORITIES } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";

export interface Running {
  readonly id: string;
  readonly files: readonly string[];
}

/**
 * The tasks to start now, at most `places`: in the order given (most urgent first), but one whose files are likely to be
 * changed by a task that runs is taken only when there is nothing else. Groups are never among them.
 */
export function pickNext(ready: readonly Task[], running: readonly Running[], places: number): readonly Task[] {
  const candidates = ready.filter((task) => task.children.length === 0 && !running.some((one) => one.id === task.id));
  const picked: Task[] = [];
  const busy = running.flatMap((one) => one.files.map(prefixOf));
  const rest = [...candidates];
  while (picked.length < places && rest.length > 0) {
    const clear = rest.findIndex((task) => !task.files.some((glob) => overlaps(prefixOf(glob), busy)));
    // A free place is worth more than a conflict that may never come.
    const [next] = rest.splice(clear === -1 ? 0 : clear, 1);
    picked.push(next!);
    busy.push(...next!.files.map(prefixOf));
  }
  return picked;
}

/**
 * The same tasks: within one priority and one due date those first that the longest chain of open tasks waits for, since what
 * is begun late there ends late; else as they came. `open`: every task that is not closed.
 */
export function byLongestChain(ready: readonly Task[], open: readonly Task[]): readonly Task[] {
  const lengths = chainLengths(open);
  const rank = ({ priority }: Task): number => PRIORITIES.indexOf(priority);
  const due = ({ due_at }: Task): number => (due_at === null ? Number.POSITIVE_INFINITY : Date.parse(due_at));
  const order = (a: Task, b: Task): number => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (due(a) !== due(b)) return due(a) < due(b) ? -1 : 1;
    return (lengths.get(b.id) ?? 0) - (lengths.get(a.id) ?? 0);
  };
  return ready.toSorted(order);
}

/** How many tasks stand one after the other from each of these on, itself counted. */
function chainLengths(open: readonly Task[]): ReadonlyMap<string, number> {
  const known = new Map(open.map((task) => [task.id, task]));
  const lengths = new Map<string, number>();
  const waitingFor = (id: string): readonly string[] => known.get(id)!.blocks.filter((other) => known.has(other));
  for (const { id: start } of open) {
    const path = [start];
    const met = new Set(path);
    while (path.length > 0) {
      const id = path.at(-1)!;
      const next = waitingFor(id).find((other) => !lengths.has(other) && !met.has(other));
      if (next === undefined) {
        lengths.set(id, 1 + Math.max(0, ...waitingFor(id).map((other) => lengths.get(other) ?? 0)));
        path.pop();
      } else {
        path.push(next);
        met.add(next);
      }
    }
  }
  return lengths;
}

/** The part of a glob before its first wildcard: enough to tell whether two globs can meet. */
const prefixOf = (glob: string): string => glob.split(/[*?[{]/, 1)[0]!;

const overlaps = (prefix: string, busy: readonly string[]): boolean =>
  prefix !== "" && busy.some((other) => other !== "" && (other.startsWith(prefix) || prefix.startsWith(other)));
