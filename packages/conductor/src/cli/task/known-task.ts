import { WerkError } from "@taskwerk/contract/errors";
import { CATEGORY_OF } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import type { RunState } from "../../model/state.ts";
import { emptyState } from "../../model/state.ts";
import { makeTasks, type Tasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { hasJournalAt } from "../system/has-journal.ts";

export interface KnownTask {
  readonly task: Task;
  readonly state: RunState;
  readonly tasks: Tasks;
}

/** A task by what was typed, as taskwerk has it, and what the journal says. Throws TASK_NOT_FOUND, STORE_NOT_FOUND. */
export async function knownTask(app: App, word: string): Promise<KnownTask> {
  const tasks = makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 });
  const task = await tasks.show(word);
  const state = hasJournalAt(app.root) ? await (await app.journal()).state() : emptyState();
  return { task, state, tasks };
}

/** Throws INVALID_TRANSITION where nobody will work on it any more. */
export function refuseClosed({ id, status, archived_at }: Task): void {
  if (CATEGORY_OF[status] !== "closed" && archived_at === null) return;
  throw new WerkError(
    "INVALID_TRANSITION",
    `${id} is ${archived_at === null ? status : "archived"}: nobody works on it any more`,
    {
      given: id,
      hint: `What became of it:  conductor why ${id}`,
    },
  );
}
