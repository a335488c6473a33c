/** Brings what was begun of an undo to its end: the ref, the journal, then taskwerk. Safe to be interrupted and run again. */
import { integrationRefOf } from "../git/integration.ts";
import { finishReverts } from "../landing/land-reverts.ts";
import { branchOf } from "../model/branch-of.ts";
import type { Repository } from "../model/repository.ts";
import type { RollbackState, RunState } from "../model/state.ts";
import type { RunContext } from "./context.ts";
import { withAbove } from "./undo-closure.ts";

export type FinishContext = Pick<RunContext, "journal" | "repository" | "tasks" | "failpoint">;

/**
 * Answers those that were not at their end and are now. One whose ref has gone elsewhere since was never done, and that is
 * written down: who sets the ref back later means something else by it. One that was made as a branch of the user's waits for as
 * long as they do, and as there is something that it would take back.
 */
export async function finishRollbacks(context: FinishContext): Promise<readonly RollbackState[]> {
  const { journal, repository } = context;
  const finished: RollbackState[] = [];
  for (const rollback of (await journal.state()).rollbacks) {
    const { id, ref, branch, landed, abandoned } = rollback;
    if (abandoned !== null) continue;
    if (!landed) {
      const done = branch === null ? await finishReverts(repository, rollback) : await isTaken(repository, rollback);
      if (done) await journal.append([{ type: "rollback.landed", rollback: id }]);
      else {
        if (branch === null) await journal.append([abandonment(id, ref)]);
        else if (!stands(await journal.state(), rollback))
          await journal.append([
            { type: "rollback.abandoned", rollback: id, reason: "what it takes back stands no more" },
          ]);
        continue;
      }
    }
    const state = await journal.state();
    const now = state.rollbacks.find((one) => one.id === id)!;
    if (landed && unopened(state, now).length === 0) continue;
    await reopenTasks(context, now);
    finished.push(now);
  }
  return finished;
}

/** Whether anything of what it takes back counts as landed. */
const stands = ({ landings }: RunState, { reverts }: RollbackState): boolean =>
  reverts.some(({ attempt, landing }) => landings.some((one) => one.attempt === attempt && one.commit === landing));

/** That its ref is not where it would follow on. */
export const abandonment = (rollback: string, ref: string) =>
  ({ type: "rollback.abandoned", rollback, reason: `${branchOf(ref)} has gone elsewhere since` }) as const;

/** Whether the user has taken one that was made as a branch of theirs: their branch holds it, or the one that landings go to. */
export async function isTaken(
  repository: Pick<Repository, "resolve" | "isAncestor">,
  { ref, commit }: Pick<RollbackState, "ref" | "commit">,
): Promise<boolean> {
  if ((await repository.resolve(commit)) === null) return false;
  for (const name of [ref, integrationRefOf(ref)]) {
    const tip = await repository.resolve(name);
    if (tip !== null && (await repository.isAncestor(commit, tip))) return true;
  }
  return false;
}

/** Opens its tasks in taskwerk, and those that they are under. What somebody has moved meanwhile stays as it is. */
export async function reopenTasks(
  { journal, tasks, failpoint }: FinishContext,
  rollback: RollbackState,
): Promise<void> {
  const wanted = unopened(await journal.state(), rollback);
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

/** Without those that have landed anew since. */
const unopened = ({ landings }: RunState, { reverts, reopened }: RollbackState): readonly string[] => [
  ...new Set(
    reverts
      .map(({ task }) => task)
      .filter((task) => !reopened.includes(task) && !landings.some((landing) => landing.task === task)),
  ),
];
