/** Why a task is where it is, as it is now: what was written down when its attempt ended may be over. Pure. */
import type { Decision } from "../model/decision.ts";
import { isFollowed, outcomeOf } from "../model/decision-outcome.ts";
import type { AttemptState, RunState } from "../model/state.ts";

/** The card for whose answer it was put down; null when it was put down for anything else. */
export function cardOf({ decisions }: Pick<RunState, "decisions">, last: AttemptState | null): Decision | null {
  if (last?.stage !== "interrupted") return null;
  return decisions.get(/^waits for ([AQ]\d+)$/.exec(last.reason ?? "")?.[1] ?? "") ?? null;
}

/**
 * The reason of its last attempt; where that was a card, what has become of the card, and nothing where a person has put it
 * aside and has let it go on since. `isHeld`: no run takes it before somebody unblocks it.
 */
export function reasonNow(
  state: RunState,
  last: AttemptState | null,
  { isHeld }: { readonly isHeld: boolean },
): string | null {
  const card = cardOf(state, last);
  if (card !== null) return card.state === "open" ? last!.reason : whatBecame(card, isHeld);
  const over =
    last?.stage === "interrupted" && last.reason?.startsWith("put aside by ") && !state.paused.has(last.task);
  return over ? null : (last?.reason ?? null);
}

function whatBecame(card: Decision, isHeld: boolean): string | null {
  if (isFollowed(card)) {
    if (card.state !== "expired") return `${card.id} is ${card.state}`;
    const counts = outcomeOf(card).kind === "no" ? "which counts as no" : "so its default holds";
    return `${card.id} was not answered in time, ${counts}`;
  }
  return card.state === "expired" && isHeld ? `${card.id} was not answered in time, so it stays parked` : null;
}
