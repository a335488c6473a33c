/** A directed graph over the numbers 0 … size-1. */
export interface Graph {
  readonly size: number;
  /** Where the edge of this number leads to, counted from 0; -1 after the last one. */
  readonly edge: (node: number, at: number) => number;
}

/** A cycle of the graph as the nodes on it in order, the first one also last; null when there is none. Linear. */
export function findCycle({ size, edge }: Graph): readonly number[] | null {
  // 0 not seen, 1 on the path, 2 done.
  const state = new Uint8Array(size);
  // The path, and for each node the edge that is looked at next: a large graph makes nothing that must be collected.
  const path = new Int32Array(size);
  const at = new Int32Array(size);
  for (let start = 0; start < size; start += 1) {
    if (state[start] !== 0) continue;
    path[0] = start;
    state[start] = 1;
    for (let depth = 0; depth >= 0; ) {
      const node = path[depth]!;
      const to = edge(node, at[node]!);
      at[node]! += 1;
      if (to < 0) {
        state[node] = 2;
        depth -= 1;
      } else if (state[to] === 1) {
        return [...path.subarray(path.indexOf(to), depth + 1), to];
      } else if (state[to] === 0) {
        state[to] = 1;
        depth += 1;
        path[depth] = to;
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
  const children = new Map<number, number[]>();
  for (let task = 0; task < size; task += 1) {
    const above = parent(task);
    if (above === null) continue;
    const beside = children.get(above);
    if (beside === undefined) children.set(above, [task]);
    else beside.push(task);
  }
  const begin = (task: number): number => task * 2;
  const end = (task: number): number => task * 2 + 1;
  // Asked for once each: the list may be made at every call.
  const lists: (readonly number[] | undefined)[] = new Array(size);
  const cycle = findCycle({
    size: size * 2,
    edge: (node, at) => {
      const task = node >> 1;
      if (node & 1) {
        if (at === 0) return begin(task);
        const child = children.get(task)?.[at - 1];
        return child === undefined ? -1 : end(child);
      }
      lists[task] ??= dependsOn(task);
      const blockers = lists[task];
      if (at < blockers.length) return end(blockers[at]!);
      const above = at === blockers.length ? parent(task) : null;
      return above === null ? -1 : begin(above);
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
