import { WerkError } from "@taskwerk/contract/errors";
import type { RunState } from "../model/state.ts";

/** The task that a word names, of those that agents have worked on: its id, or its number alone. Throws TASK_NOT_FOUND. */
export function taskInRun(state: RunState, word: string): string {
  const known = [...state.attemptsByTask.keys()];
  const number = numberOf(word);
  const task = known.find((id) => id === word) ?? known.find((id) => number !== null && numberOf(id) === number);
  if (task !== undefined) return task;
  throw new WerkError("TASK_NOT_FOUND", `no agent has worked on ${word}`, {
    given: word,
    hint: "What there is:  conductor status",
    candidates: known.slice(0, 10),
  });
}

const numberOf = (text: string): string | null => /(\d+(?:\.\d+)*)$/.exec(text)?.[1]?.replace(/^0+/, "") ?? null;
