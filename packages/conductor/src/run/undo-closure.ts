/** Which landed tasks go when one goes. Pure. */
import type { Task } from "@taskwerk/contract/task";

/** What is read of a task. */
export type Edges = Pick<Task, "id" | "depends_on" | "parent">;

/** A task and why it is in the set; `by` is the one that it depends on. */
export interface Dependent {
  readonly task: string;
  readonly by: string;
}

/**
 * Of `among`, those that depend on one of `from`, directly or behind others of them: by an edge of their own or of a task
 * they are under, to it or to a task that it is under. `from` itself is left out.
 */
export function dependentsOf(
  tasks: readonly Edges[],
  from: readonly string[],
  among: ReadonlySet<string>,
): readonly Dependent[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const found = new Map<string, string>(from.map((id) => [id, id]));
  // A map that grows is gone through to its end.
  for (const [id] of found) {
    const named = new Set(withAbove(byId, id));
    for (const candidate of among) {
      if (found.has(candidate)) continue;
      const above = withAbove(byId, candidate).filter((one) => !named.has(one));
      if (above.some((one) => byId.get(one)?.depends_on.some((on) => named.has(on)) === true)) found.set(candidate, id);
    }
  }
  return [...found].filter(([id]) => !from.includes(id)).map(([task, by]) => ({ task, by }));
}

/** A task and those that it is under, nearest first. */
export function withAbove(byId: ReadonlyMap<string, Edges>, id: string): readonly string[] {
  const above = new Set([id]);
  for (const one of above) {
    const parent = byId.get(one)?.parent ?? null;
    if (parent !== null) above.add(parent);
  }
  return [...above];
}
