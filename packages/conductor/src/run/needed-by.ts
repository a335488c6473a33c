/** Which landed tasks have to come along when some are taken. Pure. */
import { type Edges, withAbove } from "./undo-closure.ts";

/** A task and why it is in the set; `by` is the one that depends on it. */
export interface Needed {
  readonly task: string;
  readonly by: string;
}

/**
 * Of `among`, those that one of `from` depends on, directly or behind others of them: by an edge of its own or of a task it is
 * under, to it or to a task that it is under. `from` itself is left out. The other way round of `dependentsOf`.
 */
export function neededBy(
  tasks: readonly Edges[],
  from: readonly string[],
  among: ReadonlySet<string>,
): readonly Needed[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const found = new Map<string, string>(from.map((id) => [id, id]));
  // A map that grows is gone through to its end.
  for (const [id] of found) {
    const above = withAbove(byId, id);
    for (const candidate of among) {
      if (found.has(candidate)) continue;
      const named = new Set(withAbove(byId, candidate));
      const own = above.filter((one) => !named.has(one));
      if (own.some((one) => byId.get(one)?.depends_on.some((on) => named.has(on)) === true)) found.set(candidate, id);
    }
  }
  return [...found].filter(([id]) => !from.includes(id)).map(([task, by]) => ({ task, by }));
}
