/** Everybody who has worked on a task, as the journal knows it. Pure. */
import { attemptsOf, type RunState } from "./state.ts";

/**
 * The agents that began its attempts, and those that took it over, by name; each once. `unnamed`: who is meant by a journal of an
 * earlier version, which says that another agent took it, and not who; null = nobody knows.
 */
export function whoWorkedOn(state: RunState, task: string, unnamed: string | null = null): readonly string[] {
  const attempts = attemptsOf(state, task);
  const tried = new Set(attempts.map(({ id }) => id));
  const tookOver = state.loops
    .filter(({ attempt, rung }) => rung === "other-agent" && tried.has(attempt))
    .flatMap(({ agent }) => agent ?? unnamed ?? []);
  return [...new Set([...attempts.map(({ agent }) => agent), ...tookOver])];
}
