/** Which ready task goes next. Pure. */
import { PRIORITIES } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";

export interface Running {
  readonly id: string;
  readonly files: readonly string[];
}

/** What there is room for. A kind that is not among `left` has no cap of its own. */
export interface Room {
  /** Agents in all. */
  readonly places: number;
  /** How many more of a kind: an agent's account, a capability. */
  readonly left: ReadonlyMap<string, number>;
}

/** The kinds of room that a task takes up: while `agent` works on it, and while it is worked on at all. */
export const needsOf = ({ capabilities }: Pick<Task, "capabilities">, agent: string): Needs => ({
  agent: [agentKind(agent)],
  task: [...new Set(capabilities.map(capabilityKind))],
});

/** All of them. */
export const kindsOf = ({ agent, task }: Needs): readonly string[] => [...agent, ...task];

/** The kinds of room that one attempt takes up: those of its agent, and those of its task, which its gates take up too. */
export interface Needs {
  readonly agent: readonly string[];
  readonly task: readonly string[];
}

/** The kind of room that an agent, whoever's task it works on, takes up. */
export const agentKind = (agent: string): string => `agent ${agent}`;

/** The kind of room that a task takes up that asks for a capability. */
export const capabilityKind = (name: string): string => `capability ${name}`;

/**
 * The tasks to start now, within `room`: in the order given (most urgent first), but one whose files are likely to be
 * changed by a task that runs is taken only when there is nothing else. What could start is never left for what cannot: a
 * task that has to wait for its kind lets others pass. Groups are never among them. `needs`: the kinds that a task takes up.
 */
export function pickNext(
  ready: readonly Task[],
  running: readonly Running[],
  { places, left }: Room,
  needs: (task: Task) => readonly string[],
): readonly Task[] {
  const free = new Map(left);
  const fits = (task: Task): boolean => needs(task).every((kind) => (free.get(kind) ?? 1) > 0);
  const picked: Task[] = [];
  const busy = running.flatMap((one) => one.files.map(prefixOf));
  let rest = ready.filter((task) => task.children.length === 0 && !running.some((one) => one.id === task.id));
  while (picked.length < places) {
    // What does not fit now fits less and less.
    rest = rest.filter(fits);
    if (rest.length === 0) break;
    const clear = rest.findIndex((task) => !task.files.some((glob) => overlaps(prefixOf(glob), busy)));
    // A free place is worth more than a conflict that may never come.
    const [next] = rest.splice(clear === -1 ? 0 : clear, 1);
    picked.push(next!);
    busy.push(...next!.files.map(prefixOf));
    for (const kind of needs(next!)) if (free.has(kind)) free.set(kind, free.get(kind)! - 1);
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
