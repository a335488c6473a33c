/** Features: tasks that have others under them, and what of these has landed. Pure. */
import type { TaskFacts } from "./facts.ts";
import type { TaskReport } from "./task-report.ts";

export interface Group {
  readonly id: string;
  readonly title: string;
  /** Tasks of it that have landed, in this session and before. */
  readonly landed: readonly string[];
  /** Tasks somewhere under it that an agent can be given, without those that were cancelled. */
  readonly total: number;
}

/** Those at the top, in their order; empty where nobody looked at the tasks. */
export function groupsOf(all: readonly TaskFacts[] | null, reports: readonly TaskReport[]): readonly Group[] {
  if (all === null) return [];
  const tasks = new Map(all.map((task) => [task.id, task]));
  const under = new Set(all.flatMap(({ children }) => children));
  const known = new Map(reports.map((one) => [one.id, one]));
  const leaves = (id: string): readonly TaskReport[] => {
    const children = tasks.get(id)?.children ?? [];
    if (children.length > 0) return children.flatMap(leaves);
    const leaf = known.get(id);
    return leaf === undefined || leaf.state === "cancelled" ? [] : [leaf];
  };
  return all
    .filter(({ id, children }) => children.length > 0 && !under.has(id))
    .map(({ id, title }) => {
      const some = leaves(id);
      return {
        id,
        title,
        landed: some.filter(({ landed }) => landed !== null).map((one) => one.id),
        total: some.length,
      };
    });
}
