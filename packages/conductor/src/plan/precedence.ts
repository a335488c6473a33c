/**
 * What must come before what, hierarchy included. Every task has a start and an end: a parent starts before its children and
 * ends after them, and a task starts after the end of all it depends on. So one search finds cycles through groups too. Pure.
 */
import type { PlanTask } from "../model/plan.ts";

/** What the order of tasks hangs on. */
export type Ordered = Pick<PlanTask, "key" | "parent" | "depends_on">;

/** A dependency: `task` waits for `dependsOn`. */
export interface Edge {
  readonly task: string;
  readonly dependsOn: string;
}

/** Tasks that wait for each other. */
export interface Cycle {
  /** Keys in the order of waiting, the first again at the end. */
  readonly path: readonly string[];
  /** The dependencies it runs over. */
  readonly edges: readonly Edge[];
}

/** Starts are 2n, ends 2n + 1. `next[v]` = what cannot come before v. */
export interface Precedence {
  readonly keys: readonly string[];
  readonly next: readonly (readonly number[])[];
}

/** The node of a task's start, by the task's number. */
export const startOf = (task: number): number => task * 2;
/** The node of a task's end, by the task's number. */
export const endOf = (task: number): number => task * 2 + 1;

/** Builds the graph; parents and dependencies that do not exist are left out. */
export function precedenceOf(tasks: readonly Ordered[]): Precedence {
  const at = new Map(tasks.map((task, index) => [task.key, index]));
  const next: number[][] = Array.from({ length: tasks.length * 2 }, () => []);
  for (const [index, task] of tasks.entries()) {
    next[startOf(index)]?.push(endOf(index));
    const parent = task.parent === null ? undefined : at.get(task.parent);
    if (parent !== undefined) {
      next[startOf(parent)]?.push(startOf(index));
      next[endOf(index)]?.push(endOf(parent));
    }
    for (const key of task.depends_on) {
      const before = at.get(key);
      if (before !== undefined) next[endOf(before)]?.push(startOf(index));
    }
  }
  return { keys: tasks.map(({ key }) => key), next };
}

/** A cycle over dependencies and hierarchy, or null. Takes time in proportion to tasks and dependencies. */
export function findCycle(tasks: readonly Ordered[]): Cycle | null {
  const { keys, next } = precedenceOf(tasks);
  const state = new Uint8Array(next.length);
  for (let root = 0; root < next.length; root += 1) {
    if (state[root] !== 0) continue;
    const path: number[] = [root];
    const cursor: number[] = [0];
    state[root] = 1;
    while (path.length > 0) {
      const node = path.at(-1) ?? 0;
      const to = next[node]?.[cursor.at(-1) ?? 0];
      if (to === undefined) {
        state[node] = 2;
        path.pop();
        cursor.pop();
        continue;
      }
      cursor[cursor.length - 1] = (cursor.at(-1) ?? 0) + 1;
      if (state[to] === 1) return cycleOf(path.slice(path.indexOf(to)), keys);
      if (state[to] === 0) {
        state[to] = 1;
        path.push(to);
        cursor.push(0);
      }
    }
  }
  return null;
}

/** Most cycles that are looked for: who mends so many asks again. */
const MOST_CYCLES = 20;

/** Cycles that have no dependency in common: without theirs, nothing waits for itself any more (or there are more than 20). */
export function findCycles(tasks: readonly Ordered[]): readonly Cycle[] {
  const cycles: Cycle[] = [];
  let rest = tasks;
  for (let cycle = findCycle(rest); cycle !== null && cycles.length < MOST_CYCLES; cycle = findCycle(rest)) {
    cycles.push(cycle);
    if (cycle.edges.length === 0) break;
    rest = withoutEdges(rest, cycle.edges);
  }
  return cycles;
}

/** The tasks without some of their dependencies. */
export function withoutEdges(tasks: readonly Ordered[], edges: readonly Edge[]): readonly Ordered[] {
  const dropped = new Map<string, Set<string>>();
  for (const { task, dependsOn } of edges) dropped.set(task, (dropped.get(task) ?? new Set<string>()).add(dependsOn));
  return tasks.map(({ key, parent, depends_on }) => ({
    key,
    parent,
    depends_on: depends_on.filter((other) => !dropped.get(key)?.has(other)),
  }));
}

function cycleOf(nodes: readonly number[], keys: readonly string[]): Cycle {
  const task = (node: number) => keys[node >> 1] ?? "";
  const edges: Edge[] = [];
  const path: string[] = [];
  for (const [index, node] of nodes.entries()) {
    const to = nodes[(index + 1) % nodes.length] ?? node;
    if (path.at(-1) !== task(node)) path.push(task(node));
    if (node % 2 === 1 && to % 2 === 0) edges.push({ task: task(to), dependsOn: task(node) });
  }
  if (path.length > 1 && path[0] === path.at(-1)) path.pop();
  // The graph runs from what comes first; people read "waits for", so turn it round.
  const waiting = path.reverse();
  return { path: [...waiting, waiting[0] ?? ""], edges };
}
