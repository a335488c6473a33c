/** A directed graph over the numbers 0 … size-1. */
export interface Graph {
  readonly size: number;
  readonly next: (node: number) => readonly number[];
}

/** A cycle of the graph as the nodes on it in order, the first one also last; null when there is none. Linear. */
export function findCycle({ size, next }: Graph): readonly number[] | null {
  // 0 not seen, 1 on the path, 2 done.
  const state = new Uint8Array(size);
  for (let start = 0; start < size; start += 1) {
    if (state[start] !== 0) continue;
    const path: number[] = [start];
    const open: { node: number; edges: readonly number[]; at: number }[] = [{ node: start, edges: next(start), at: 0 }];
    state[start] = 1;
    while (open.length > 0) {
      const top = open.at(-1)!;
      const to = top.edges[top.at];
      top.at += 1;
      if (to === undefined) {
        state[top.node] = 2;
        open.pop();
        path.pop();
      } else if (state[to] === 1) {
        return [...path.slice(path.indexOf(to)), to];
      } else if (state[to] === 0) {
        state[to] = 1;
        path.push(to);
        open.push({ node: to, edges: next(to), at: 0 });
      }
    }
  }
  return null;
}

/** What tasks wait for: the tasks each depends on, and the one it is a part of. */
export interface WaitGraph {
  readonly size: number;
  readonly dependsOn: (task: number) => readonly number[];
  readonly parent: (task: number) => number | null;
}

/**
 * Tasks that could never be done because each waits for the next; the first one is also last. Null when there are none.
 * A task's beginning waits for the end of what it depends on and for its parent's beginning; a parent's end waits for
 * the ends of its children.
 */
export function findDeadlock({ size, dependsOn, parent }: WaitGraph): readonly number[] | null {
  const children: number[][] = Array.from({ length: size }, () => []);
  for (let task = 0; task < size; task += 1) {
    const above = parent(task);
    if (above !== null) children[above]!.push(task);
  }
  const begin = (task: number): number => task * 2;
  const end = (task: number): number => task * 2 + 1;
  const cycle = findCycle({
    size: size * 2,
    next: (node) => {
      const task = node >> 1;
      if (node & 1) return [begin(task), ...children[task]!.map(end)];
      const above = parent(task);
      const blockers = dependsOn(task).map(end);
      return above === null ? blockers : [...blockers, begin(above)];
    },
  });
  if (!cycle) return null;
  const tasks = distinctSteps(cycle.map((node) => node >> 1));
  return tasks.length === 1 ? [tasks[0]!, tasks[0]!] : tasks;
}

const MOST_DEADLOCKS = 20;

/** Cycles that have no task in common, each as {@link findDeadlock} gives it; at most twenty. */
export function findDeadlocks(graph: WaitGraph): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  const out = new Set<number>();
  while (found.length < MOST_DEADLOCKS) {
    const cycle = findDeadlock({
      size: graph.size,
      dependsOn: (task) => (out.has(task) ? [] : graph.dependsOn(task).filter((one) => !out.has(one))),
      parent: (task) => {
        const above = graph.parent(task);
        return above === null || out.has(task) || out.has(above) ? null : above;
      },
    });
    if (cycle === null) break;
    found.push(cycle);
    for (const task of cycle) out.add(task);
  }
  return found;
}

/** Drops a task that stands directly after itself: its beginning and its end are one task. */
export const distinctSteps = <T>(path: readonly T[]): readonly T[] =>
  path.length < 2 ? path : path.filter((step, at) => at === 0 || step !== path[at - 1]);
