/** A plan's tasks in taskwerk, and what was done with them. */
import { WerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import { counted } from "../../model/counted.ts";
import type { Plan } from "../../model/plan.ts";
import { externalKeyOf, idOfPlanOf } from "../../plan/to-batch.ts";
import type { Tasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { hasJournalAt } from "../system/has-journal.ts";

/** Every task that has a key of this plan. Throws DUPLICATE_KEY when one of them is not the plan's. */
export async function storedTasksOf(tasks: Tasks, plan: Plan): Promise<readonly Task[]> {
  const stored = await tasks.keyed(externalKeyOf(plan, ""));
  const others = stored.filter((task) => idOfPlanOf(task) !== plan.id);
  const [first] = others;
  if (first === undefined) return stored;
  throw new WerkError(
    "DUPLICATE_KEY",
    `taskwerk has ${counted(others.length, "other task")} with keys of plan ${plan.id}, which this plan did not make. Nothing was changed.`,
    {
      hint: `Look at one of them:  taskwerk show ${first.id}\nOr give the plan another id in its file, and import that.`,
      field: "key",
      given: first.key ?? "",
      candidates: others.slice(0, 5).map(({ id }) => id),
      details: {
        problems: others.map(({ id, key, title }) => ({
          where: id,
          field: "key",
          message: `${key}: ${title}`,
          id,
          key,
        })),
      },
    },
  );
}

/** Ids of tasks that an agent was given. */
export async function startedIds(app: App): Promise<ReadonlySet<string>> {
  if (!hasJournalAt(app.root)) return new Set();
  const { attemptsByTask } = await (await app.journal()).state();
  return new Set(attemptsByTask.keys());
}
