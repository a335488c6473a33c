import type { PlanProblem, PlanTask } from "../model/plan.ts";
import { reachOf } from "./reachable.ts";

/** Most clashes that are named, and most pairs that are looked at: each costs two walks over the plan. */
const MOST = 200;
const MOST_PAIRS = 2_000;

/** Open leaves that change the same file and may run side by side: the later should come after the earlier. */
export function findClashes(tasks: readonly PlanTask[]): readonly PlanProblem[] {
  const parents = new Set(tasks.map(({ parent }) => parent));
  const byFile = new Map<string, PlanTask[]>();
  for (const task of tasks) {
    if (parents.has(task.key) || task.done) continue;
    // A folder is not a file two tasks both change.
    for (const file of task.files.filter((path) => !path.endsWith("/")))
      byFile.set(file, [...(byFile.get(file) ?? []), task]);
  }
  const reach = reachOf(tasks);
  const problems: PlanProblem[] = [];
  const seen = new Set<string>();
  for (const [file, sharing] of byFile) {
    for (const [index, later] of sharing.entries()) {
      const earlier = sharing[index - 1];
      if (earlier === undefined || problems.length >= MOST || seen.size >= MOST_PAIRS) continue;
      const pair = `${earlier.key} ${later.key}`;
      if (seen.has(pair)) continue;
      seen.add(pair);
      if (reach.before(earlier.key, later.key) || reach.before(later.key, earlier.key)) continue;
      problems.push({
        severity: "warning",
        rule: "clash",
        about: [earlier.key, later.key],
        message: `${earlier.key} and ${later.key} both change ${file}: ${later.key} should come after ${earlier.key}`,
      });
    }
  }
  return problems;
}
