/** What people said about tasks, and which they have put aside. */
import type { Draft } from "./draft.ts";
import type { EventOf } from "./event-of.ts";

/** What a person said to whoever works on a task. */
export interface HintState {
  readonly seq: number;
  readonly at: string;
  readonly task: string;
  readonly text: string;
  readonly by: string;
}

/** That a person let a task be taken again. */
export interface UnblockState {
  readonly seq: number;
  readonly at: string;
  readonly task: string;
  readonly note: string | null;
  readonly by: string;
}

/** Who has put a task aside, and why. */
export interface TaskPause {
  readonly at: string;
  readonly reason: string | null;
  readonly by: string;
}

export interface Words {
  readonly hints: readonly HintState[];
  readonly unblocks: readonly UnblockState[];
  /** By task: the number of the last event in which a person said something about it. */
  readonly words: ReadonlyMap<string, number>;
  /** Tasks that are put aside now. */
  readonly paused: ReadonlyMap<string, TaskPause>;
}

export type WordEvent = EventOf<"hint.given" | "task.unblocked" | "task.paused" | "task.continued">;

export function applyToWords(draft: Draft<Words>, event: WordEvent): void {
  switch (event.type) {
    case "hint.given": {
      const { seq, at, task, text, by } = event;
      draft.hints.push({ seq, at, task, text, by });
      wordAbout(draft, task, seq);
      return;
    }
    case "task.unblocked": {
      const { seq, at, task, note, by } = event;
      draft.unblocks.push({ seq, at, task, note, by });
      wordAbout(draft, task, seq);
      return;
    }
    case "task.paused":
      draft.paused.set(event.task, { at: event.at, reason: event.reason, by: event.by });
      return;
    case "task.continued":
      draft.paused.delete(event.task);
      return;
    default:
      event satisfies never;
  }
}

/** A person said something about a task in this event. */
export function wordAbout({ words }: Draft<Pick<Words, "words">>, task: string, seq: number): void {
  words.set(task, seq);
}
