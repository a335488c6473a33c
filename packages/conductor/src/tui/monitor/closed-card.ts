/** What became of a card that is not open any more. Pure. */
import { type RunState, replacementOf } from "../../model/state.ts";

/** The id of the open card in its place; null where there is none. */
export function inPlaceOf(state: RunState, id: string): string | null {
  const next = replacementOf(state, id);
  return next?.state === "open" ? next.id : null;
}

/** "A1 was approved by ada", "Q1 was answered by ada: red", "A1 is void; A2 is in its place". */
export function closedInWords(state: RunState, id: string): string {
  const decision = state.decisions.get(id);
  if (decision === undefined || decision.state === "open") return `${id} is not open`;
  const { state: word, answeredBy, answer } = decision;
  const next = inPlaceOf(state, id);
  const place = next === null ? "" : `; ${next} is in its place`;
  if (word === "void") return `${id} is void${place}`;
  if (word === "expired") return `${id} expired: nobody answered it in time${place}`;
  return `${id} was ${word} by ${answeredBy ?? "somebody"}${answer === null ? "" : `: ${answer}`}${place}`;
}
