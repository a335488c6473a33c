/** What a session had landed and an undo has taken back. Pure. */
import { counted } from "../model/counted.ts";
import { someOf } from "../model/some-of.ts";
import type { RunState } from "../model/state.ts";

export interface TakenBack {
  readonly task: string;
  readonly title: string;
  /** The commit that takes it back, and the one that had landed. */
  readonly commit: string;
  readonly landing: string;
  /** RFC 3339. */
  readonly at: string;
  readonly by: string;
  /** The undo that did it, e.g. undo-1. */
  readonly undo: string;
  /** Its task has landed again since. */
  readonly anew: boolean;
}

/** In the order of the reverts; also what has landed anew since. */
export const takenBackOf = ({ rollbacks, landings, attempts }: RunState, session: string): readonly TakenBack[] =>
  rollbacks
    .filter(({ landed }) => landed)
    .flatMap(({ id, at, by, reverts }) =>
      reverts
        .filter((one) => one.session === session)
        .map(({ task, attempt, landing, commit }) => ({
          task,
          title: attempts.get(attempt)?.title ?? task,
          ...{ commit, landing, at, by, undo: id },
          anew: landings.some((one) => one.task === task),
        })),
    );

/** Of them the tasks that have not landed anew, as the words of a sentence; null where there are none. */
export function takenBackInWords(takenBack: readonly TakenBack[]): string | null {
  const gone = [...new Set(takenBack.filter(({ anew }) => !anew).map(({ task }) => task))];
  if (gone.length === 0) return null;
  return `${counted(gone.length, "task was", "tasks were")} taken back: ${someOf(gone, 6)}`;
}
