import type { PlanProblem, PlanTask } from "../model/plan.ts";
import type { NameOf } from "./finding.ts";
import { reachOf } from "./reachable.ts";

/** Most steps that are spent: each dependency costs a walk over what follows. */
const MOST_STEPS = 20_000_000;

/** Dependencies that say nothing new, as others already bring them about. */
export function findRedundantEdges(tasks: readonly PlanTask[], nameOf: NameOf = (key) => key): readonly PlanProblem[] {
  const edges = tasks.flatMap((task) => task.depends_on.map((key) => ({ task: task.key, key })));
  if (edges.length * tasks.length > MOST_STEPS) return [];
  const reach = reachOf(tasks);
  return edges
    .filter(({ task, key }) => reach.before(key, task, true))
    .map(({ task, key }) => ({
      severity: "warning",
      rule: "redundant-dependency",
      about: [task, key],
      message: `${nameOf(task)} waits for ${nameOf(key)} anyway`,
    }));
}
