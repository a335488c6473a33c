/** What the journal knows of a task's loops since a person last said something about it. Pure. */
import { failureSignature, newestByGate, type Receipt } from "./gate.ts";
import type { LoopRung } from "./loop.ts";
import { type AttemptState, attemptsOf, type LoopState, type RunState } from "./state.ts";

/** The loops of a task since the last human word, oldest first. */
export function loopsSince(state: RunState, task: string): readonly LoopState[] {
  const word = state.words.get(task) ?? 0;
  return state.loops.filter(({ seq, attempt }) => seq > word && state.attempts.get(attempt)?.task === task);
}

/** The rungs that were taken since then. */
export const rungsTaken = (state: RunState, task: string): readonly LoopRung[] =>
  loopsSince(state, task).map(({ rung }) => rung);

/** One round of gates of a task. */
export interface GateRound {
  readonly attempt: string;
  readonly at: string;
  /** Empty when all that is required passed. */
  readonly signature: string;
  /** Red tests of required gates; null when no gate counted any. */
  readonly failing: number | null;
  readonly red: readonly Receipt[];
}

/** The rounds in which something required did not pass, since the last human word, oldest first. */
export function redRounds(state: RunState, task: string): readonly GateRound[] {
  const word = state.words.get(task) ?? 0;
  return attemptsOf(state, task).flatMap((attempt) => redRoundsOf(state, attempt, word));
}

function redRoundsOf(state: RunState, { id }: AttemptState, after: number): readonly GateRound[] {
  const rounds = new Map<number, { at: string; receipts: Receipt[] }>();
  for (const { attempt, seq, round, receipt, at } of state.judgements) {
    if (attempt !== id || seq <= after || round === 0) continue;
    const known = state.receipts.get(receipt);
    if (known === undefined) continue;
    const one = rounds.get(round) ?? { at, receipts: [] };
    one.receipts.push(known);
    rounds.set(round, one);
  }
  return [...rounds.values()].flatMap(({ at, receipts }): readonly GateRound[] => {
    const red = newestByGate(receipts).filter(({ required, result }) => required && result !== "pass");
    if (red.length === 0) return [];
    const counted = red.filter(({ counts, failures }) => counts !== null || failures.length > 0);
    const failing = counted.reduce((sum, { counts, failures }) => sum + (counts?.failed ?? failures.length), 0);
    return [{ attempt: id, at, signature: failureSignature(red), failing: counted.length === 0 ? null : failing, red }];
  });
}
