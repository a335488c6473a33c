import type { PlanProblem, PlanTask } from "../model/plan.ts";
import { reachOf } from "./reachable.ts";

/** Most dependencies that are looked at: each costs a walk over what follows. */
const MOST = 5_000;

/** Dependencies that say nothing new, as others already bring them about. */
export function findRedundantEdges(tasks: readonly PlanTask[]): readonly PlanProblem[] {
  const edges = tasks.flatMap((task) => task.depends_on.map((key) => ({ task: task.key, key })));
  if (edges.length > MOST) return [];
  const reach = reachOf(tasks);
  return edges
    .filter(({ task, key }) => reach.before(key, task, true))
    .map(({ task, key }) => ({
      severity: "warning",
      rule: "redundant-dependency",
      about: [task, key],
      message: `${task} waits for ${key} anyway`,
    }));
}
