/** Waits until the journal has something new, whoever wrote it. */
import type { Journal } from "../journal/journal.ts";

/** A look is one row; a task that became ready waits no longer than this. */
const LOOK_EVERY = 25;

export interface Patience {
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** So long at most. */
  readonly withinMs: number;
}

/** Resolves when there is an event after `seq`, when `signal` is aborted, or when the time is over. */
export async function nextChange(
  journal: Pick<Journal, "changedSince">,
  seq: number,
  { signal, withinMs }: Patience,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!signal.aborted && performance.now() < end) {
    if (await journal.changedSince(seq)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}
