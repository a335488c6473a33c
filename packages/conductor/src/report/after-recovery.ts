/** The tasks as the next run has them once it has looked through what an earlier one left. Pure. */
import { CATEGORY_OF } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import { isFollowed } from "../model/decision-outcome.ts";
import { type AttemptState, attemptsOf, type RunState } from "../model/state.ts";
import { cardOf } from "./reason-now.ts";

/**
 * What had landed when the end came is done. What waited for people when it came is taken up again, and what was put down
 * since, once somebody has spoken. Nobody may be driving.
 */
export const afterRecovery = (state: RunState, tasks: readonly Task[]): readonly Task[] =>
  tasks.map((task) => {
    const last = attemptsOf(state, task.id).at(-1);
    if (last === undefined || CATEGORY_OF[task.status] === "closed") return task;
    if (last.endedAt === null && last.landed !== null) return { ...task, status: "done" };
    const parked = task.status === "blocked" && task.status_reason?.startsWith("waits for") === true;
    return parked && (last.endedAt === null || isSpokenFor(state, last)) ? { ...task, status: "todo" } : task;
  });

function isSpokenFor(state: RunState, last: AttemptState): boolean {
  const decision = cardOf(state, last);
  return decision !== null && isFollowed(decision);
}
