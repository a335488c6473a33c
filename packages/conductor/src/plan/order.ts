/** In which order the tasks of a plan can be done. Pure. */
import type { PlanTask } from "../model/plan.ts";
import { endOf, precedenceOf, startOf } from "./precedence.ts";

/** The order of a plan's leaves; those that are done count as there already. */
export interface Order {
  /** Leaves that can be done side by side, layer after layer. */
  readonly layers: readonly (readonly string[])[];
  /** The leaves of a longest chain of waiting, in order. */
  readonly longest: readonly string[];
}

/** Layers and longest chain over dependencies and hierarchy; null when tasks wait for each other. */
export function orderOf(tasks: readonly PlanTask[]): Order | null {
  const { keys, next } = precedenceOf(tasks);
  const parents = new Set(tasks.map(({ parent }) => parent));
  const waiting = new Uint32Array(next.length);
  for (const targets of next) for (const to of targets) waiting[to] = (waiting[to] ?? 0) + 1;
  const depth = new Uint32Array(next.length);
  const before = new Int32Array(next.length).fill(-1);
  const queue = [...next.keys()].filter((node) => waiting[node] === 0);
  let seen = 0;
  const isOpenLeaf = (task: number) => !parents.has(keys[task] ?? "") && tasks[task]?.done !== true;
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at] ?? 0;
    seen += 1;
    for (const to of next[node] ?? []) {
      const costs = node % 2 === 0 && to === node + 1 && isOpenLeaf(node >> 1) ? 1 : 0;
      const reach = (depth[node] ?? 0) + costs;
      if (before[to] === -1 || reach > (depth[to] ?? 0)) {
        depth[to] = reach;
        before[to] = node;
      }
      waiting[to] = (waiting[to] ?? 0) - 1;
      if (waiting[to] === 0) queue.push(to);
    }
  }
  if (seen < next.length) return null;
  const layers: string[][] = [];
  let last = -1;
  for (const [index, key] of keys.entries()) {
    if (!isOpenLeaf(index)) continue;
    const layer = depth[startOf(index)] ?? 0;
    while (layers.length <= layer) layers.push([]);
    layers[layer]?.push(key);
    if (last < 0 || (depth[endOf(index)] ?? 0) > (depth[last] ?? 0)) last = endOf(index);
  }
  const longest: string[] = [];
  for (let node = last; node >= 0; node = before[node] ?? -1) {
    if (node % 2 === 1 && isOpenLeaf(node >> 1)) longest.push(keys[node >> 1] ?? "");
  }
  return { layers, longest: longest.reverse() };
}
