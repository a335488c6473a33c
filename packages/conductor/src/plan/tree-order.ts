import type { PlanTask } from "../model/plan.ts";

/**
 * Parents before children, siblings in the plan's order. Every task comes once, also in a broken plan: one whose parent does
 * not exist stands at the top, and those that are above each other stand last.
 */
export function inTreeOrder(tasks: readonly PlanTask[]): readonly PlanTask[] {
  const keys = new Set(tasks.map(({ key }) => key));
  const under = new Map<string | null, PlanTask[]>();
  for (const task of tasks) {
    const parent = task.parent !== null && keys.has(task.parent) ? task.parent : null;
    const siblings = under.get(parent);
    if (siblings === undefined) under.set(parent, [task]);
    else siblings.push(task);
  }
  const ordered = new Set<PlanTask>();
  const open = (under.get(null) ?? []).toReversed();
  for (let task = open.pop(); task !== undefined; task = open.pop()) {
    if (ordered.has(task)) continue;
    ordered.add(task);
    for (const child of (under.get(task.key) ?? []).toReversed()) open.push(child);
  }
  for (const task of tasks) ordered.add(task);
  return [...ordered];
}
