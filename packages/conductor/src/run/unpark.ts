/** Brings tasks back that were put down while they waited for people, once it is known what follows. */
import { isFollowed } from "../model/decision-outcome.ts";
import { attemptsOf, type RunState } from "../model/state.ts";
import { waitsFor } from "./attempt-end.ts";
import type { RunContext } from "./context.ts";

/** Those that a person has unblocked since an agent last began with them: they may be tried once more. */
const unblockedSince = (state: RunState): readonly string[] =>
  state.unblocks.filter(({ task, seq }) => (attemptsOf(state, task).at(-1)?.seq ?? seq) < seq).map(({ task }) => task);

/** Makes a task todo again when the card it waited for is closed and no attempt waits for it any more. Answers which. */
export async function unpark({ journal, tasks, session, newId }: RunContext): Promise<readonly string[]> {
  const state = await journal.state();
  const freed: string[] = [];
  for (const decision of state.decisions.values()) {
    // What stays parked stays so; one that is void is asked anew.
    if (!isFollowed(decision)) continue;
    for (const { task: id } of decision.askers) {
      if (state.paused.has(id)) continue;
      // The one that waited for it last; the card may have been asked by one before that was killed.
      const attempt = attemptsOf(state, id).at(-1);
      if (attempt?.stage !== "interrupted" || attempt.reason !== waitsFor(decision.id)) continue;
      const task = await tasks.show(id);
      if (task.status !== "blocked" || task.status_reason?.startsWith("waits for") !== true) continue;
      const key = `${session.id}:${decision.id}:unpark:${newId()}`;
      if (await tasks.unblock(id, { reason: `${decision.id} is ${decision.state}` }, key)) freed.push(id);
    }
  }
  return [...freed, ...unblockedSince(state)];
}
