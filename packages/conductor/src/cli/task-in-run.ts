import { WerkError } from "@taskwerk/contract/errors";
import { type AttemptState, attemptsOf, type RunState } from "../model/state.ts";
import { SALVAGE_REFS } from "./work/salvaged.ts";

/** The task that a word names, of those that agents have worked on: its id, or its number alone; null = none. */
export function findInRun({ attemptsByTask }: RunState, word: string): string | null {
  const known = [...attemptsByTask.keys()];
  const number = numberOf(word);
  return known.find((id) => id === word) ?? known.find((id) => number !== null && numberOf(id) === number) ?? null;
}

/** The same. Throws TASK_NOT_FOUND where there is none. */
export function taskInRun(state: RunState, word: string): string {
  const task = findInRun(state, word);
  if (task !== null) return task;
  const known = [...state.attemptsByTask.keys()];
  throw new WerkError("TASK_NOT_FOUND", `no agent has worked on ${word}`, {
    given: word,
    hint: "What there is:  conductor status",
    candidates: known.slice(0, 10),
  });
}

/** The newest attempt of a task that left something. Throws TASK_NOT_FOUND, and GIT_REF_NOT_FOUND where none did. */
export function workInRun(
  state: RunState,
  word: string,
): AttemptState & { readonly work: NonNullable<AttemptState["work"]> } {
  const task = taskInRun(state, word);
  const attempt = attemptsOf(state, task).findLast(({ work }) => work !== null);
  if (attempt?.work) return { ...attempt, work: attempt.work };
  const saved = state.salvage.findLast((one) => state.attempts.get(one.attempt)?.task === task);
  if (saved !== undefined) {
    const id = saved.ref.slice(SALVAGE_REFS.length);
    throw new WerkError(
      "GIT_REF_NOT_FOUND",
      `what an agent made for ${task} could not be taken over as it was; it is saved`,
      {
        given: word,
        hint: `See it:        conductor salvage show ${id}\nAs a branch:   conductor salvage restore ${id}`,
      },
    );
  }
  throw new WerkError("GIT_REF_NOT_FOUND", `no agent has committed anything for ${task}`, {
    given: word,
    hint: `What happened:  conductor log ${task}`,
  });
}

/** The number in an id, without leading zeros; null when it has none. */
export const numberOf = (text: string): string | null => /(\d+(?:\.\d+)*)$/.exec(text)?.[1]?.replace(/^0+/, "") ?? null;
