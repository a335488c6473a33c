/** What a state is recognised by, live or from an export, which has no claim tokens. Pure. */
import { type RunState, stateHash } from "../model/state.ts";

/**
 * Equal exactly for states that differ in no more than the tokens of claims, and in the round of gates in which new tests were
 * tried: it follows from the order of the events, and what earlier versions have written down of a state knows none.
 */
export const replayHash = (state: RunState): string =>
  stateHash({
    ...state,
    attempts: new Map([...state.attempts].map(([id, attempt]) => [id, { ...attempt, token: "" }])),
    idleTests: state.idleTests.map(({ round: _round, ...tried }) => tried),
  });
