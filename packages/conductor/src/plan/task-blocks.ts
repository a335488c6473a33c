/** Tasks of a flat plan with all that is under them, moved as one. Pure. */
import type { PlanTask } from "../model/plan.ts";

/** A task and what is under it, in the plan's order, the task first. */
export function blockOf(tasks: readonly PlanTask[], key: string): readonly PlanTask[] {
  const under = keysUnder(tasks, key);
  const own = tasks.filter((task) => task.key === key);
  return [...own, ...tasks.filter((task) => task.key !== key && under.has(task.key))];
}

/** The others. */
export function withoutBlock(tasks: readonly PlanTask[], key: string): readonly PlanTask[] {
  const under = keysUnder(tasks, key);
  return tasks.filter((task) => !under.has(task.key));
}

/** Puts a block before a sibling, or last in a group. */
export function insertBlock(
  tasks: readonly PlanTask[],
  block: readonly PlanTask[],
  parent: string | null,
  before: string | null,
): readonly PlanTask[] {
  const group = parent === null ? null : keysUnder(tasks, parent);
  const last = group === null ? tasks.length - 1 : tasks.findLastIndex(({ key }) => group.has(key));
  const at = before === null ? last + 1 : tasks.findIndex(({ key }) => key === before);
  return [...tasks.slice(0, at), ...block, ...tasks.slice(at)];
}

function keysUnder(tasks: readonly PlanTask[], key: string): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const task of tasks)
    if (task.parent !== null) children.set(task.parent, [...(children.get(task.parent) ?? []), task.key]);
  const found = new Set<string>();
  const open = [key];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    open.push(...(children.get(at) ?? []));
  }
  return found;
}
