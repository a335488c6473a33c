import type { GraphCheck } from "@taskwerk/contract/graph";
import { findDeadlocks } from "../../core/graph.ts";
import { type GraphRows, graphRows } from "../../store/graph-rows.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** Looks at every task that is not purged and at every dependency. Reads the graph itself, not what is counted of it. */
export const checkGraph: OperationOf<"graph.check"> = {
  input: () => import("@taskwerk/contract/no-input").then((m) => m.NoInput),
  run: (context) =>
    look(context, async (reader) => {
      const rows = await graphRows(reader);
      const found = { cycles: cyclesOf(rows), kin: rows.kin, never: rows.never };
      const ok = found.cycles.length + found.kin.length + found.never.length === 0;
      return { data: { ok, tasks: rows.tasks.length, dependencies: rows.deps.length, ...found } };
    }),
};

function cyclesOf({ tasks, deps }: GraphRows): GraphCheck["cycles"] {
  const at = new Map(tasks.map(({ seq }, index) => [seq, index]));
  const blockers: number[][] = tasks.map(() => []);
  for (const { task, blocker } of deps) blockers[at.get(task)!]?.push(at.get(blocker)!);
  const cycles = findDeadlocks({
    size: tasks.length,
    dependsOn: (task) => blockers[task]!,
    parent: (task) => {
      const { parent } = tasks[task]!;
      return parent === null ? null : (at.get(parent) ?? null);
    },
  });
  return cycles.map((cycle) => cycle.map((task) => tasks[task]!.id));
}
