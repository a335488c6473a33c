/** Tasks in the order in which they can be done, as a tree: each below the one it waits for longest. Pure. */

interface Dependent {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

/** One task in its place. `depth`: how many tasks are above it, one below the other; 0 = it waits for none of these. */
export interface Placed<T> {
  readonly task: T;
  readonly depth: number;
}

/**
 * Every task once, those that wait for none at the top, in the order given. One that waits for several stands below that with
 * the longest way to it, so that what is above it has to be done before it. Tasks that wait for each other in a circle stand at
 * the top.
 */
export function taskTree<T extends Dependent>(tasks: readonly T[]): readonly Placed<T>[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const depths = depthsOf(tasks, byId);
  const below = new Map<string | null, T[]>();
  for (const task of tasks) {
    const above = depths.get(task.id) === 0 ? null : longest(task, depths);
    const others = below.get(above);
    if (others === undefined) below.set(above, [task]);
    else others.push(task);
  }
  const placed: Placed<T>[] = [];
  // Not by calls: a chain may be as long as the plan.
  const open = (below.get(null) ?? []).map((task) => ({ task, depth: 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    placed.push(next);
    const { task, depth } = next;
    open.push(...(below.get(task.id) ?? []).map((one) => ({ task: one, depth: depth + 1 })).reverse());
  }
  return placed;
}

/** The dependency with the longest way to it; the first of several. */
function longest({ dependsOn }: Dependent, depths: ReadonlyMap<string, number>): string | null {
  let found: string | null = null;
  for (const id of dependsOn)
    if (depths.has(id) && (found === null || depths.get(id)! > depths.get(found)!)) found = id;
  return found;
}

/** How many tasks are before each, one after the other; 0 for those in a circle or behind one. */
function depthsOf<T extends Dependent>(tasks: readonly T[], byId: ReadonlyMap<string, T>): ReadonlyMap<string, number> {
  const waiting = new Map(tasks.map(({ id, dependsOn }) => [id, new Set(dependsOn.filter((one) => byId.has(one)))]));
  const behind = new Map<string, string[]>();
  for (const { id } of tasks) behind.set(id, []);
  for (const [id, ons] of waiting) for (const on of ons) behind.get(on)!.push(id);
  const depths = new Map(tasks.map(({ id }) => [id, 0]));
  const ready = tasks.filter(({ id }) => waiting.get(id)!.size === 0).map(({ id }) => id);
  const known = new Set(ready);
  for (let id = ready.pop(); id !== undefined; id = ready.pop())
    for (const next of behind.get(id) ?? []) {
      const rest = waiting.get(next)!;
      rest.delete(id);
      depths.set(next, Math.max(depths.get(next)!, depths.get(id)! + 1));
      if (rest.size > 0) continue;
      ready.push(next);
      known.add(next);
    }
  for (const { id } of tasks) if (!known.has(id)) depths.set(id, 0);
  return depths;
}
