/** Brings what was begun of an undo to its end: the ref, the journal, then taskwerk. Safe to be interrupted and run again. */
import { finishReverts } from "../landing/land-reverts.ts";
import type { RollbackState } from "../model/state.ts";
import type { RunContext } from "./context.ts";
import { withAbove } from "./undo-closure.ts";

export type FinishContext = Pick<RunContext, "journal" | "repository" | "tasks" | "failpoint">;

/** Answers those that were not at their end. One whose ref has gone elsewhere since was never done, and stays so. */
export async function finishRollbacks(context: FinishContext): Promise<readonly RollbackState[]> {
  const { journal, repository } = context;
  const finished: RollbackState[] = [];
  for (const { id, landed, ...plan } of (await journal.state()).rollbacks) {
    if (!landed) {
      if (!(await finishReverts(repository, plan))) continue;
      await journal.append([{ type: "rollback.landed", rollback: id }]);
    }
    const now = (await journal.state()).rollbacks.find((one) => one.id === id)!;
    if (landed && unopened(now).length === 0) continue;
    await reopenTasks(context, now);
    finished.push(now);
  }
  return finished;
}

/** Opens its tasks in taskwerk, and those that they are under. What somebody has moved meanwhile stays as it is. */
export async function reopenTasks(
  { journal, tasks, failpoint }: FinishContext,
  rollback: RollbackState,
): Promise<void> {
  const wanted = unopened(rollback);
  if (wanted.length === 0) return;
  const all = await tasks.all();
  const byId = new Map(all.map((task) => [task.id, task]));
  for (const id of wanted) {
    failpoint("before-done");
    const reverted = rollback.reverts.find(({ task }) => task === id)?.commit.slice(0, 7);
    const reason = `undone: taken back by ${reverted} (${rollback.id})`;
    // From the top: what is under a closed task cannot be open.
    for (const one of [...withAbove(byId, id)].reverse())
      if (byId.get(one)?.status === "done") await tasks.reopen(one, reason, `${rollback.id}:${id}:${one}:reopen`);
    await journal.append([{ type: "task.reopened", rollback: rollback.id, task: id }]);
  }
}

const unopened = ({ reverts, reopened }: RollbackState): readonly string[] => [
  ...new Set(reverts.map(({ task }) => task).filter((task) => !reopened.includes(task))),
];
