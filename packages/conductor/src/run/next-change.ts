/** Waits until the journal has something new, whoever wrote it. */
import type { Journal } from "../journal/journal.ts";

/** A look is one row; a task that became ready waits no longer than this. */
const LOOK_EVERY = 25;

/** Resolves when there is an event after `seq`, or when `signal` is aborted. */
export async function nextChange(
  journal: Pick<Journal, "changedSince">,
  seq: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (await journal.changedSince(seq)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}
