/** Saying otherwise than what was answered or taken for granted before. Pure. */
import { WerkError } from "@taskwerk/contract/errors";
import type { Decision } from "../model/decision.ts";
import type { Fact } from "../model/event.ts";
import type { RunState } from "../model/state.ts";
import { answerOf } from "./close-decision.ts";

/** True for D1, d2, …: what is kept of questions. */
export const isKeptId = (id: string): boolean => /^d\d+$/i.test(id);

/** The decision that is kept under this number. Throws DECISION_NOT_FOUND with those that there are. */
export function keptDecision(state: RunState, id: string): Decision {
  const all = [...state.decisions.values()].filter(({ kept }) => kept !== null);
  const found = all.find(({ kept }) => kept === id.toUpperCase());
  if (found !== undefined) return found;
  const ids = all.map(({ kept }) => kept!);
  throw new WerkError("DECISION_NOT_FOUND", `There is no decision ${id}.`, {
    hint: ids.length === 0 ? "Nothing has been decided yet." : "What was decided:  conductor report assumptions --all",
    given: id,
    candidates: ids,
  });
}

/** The facts that put another answer in its place; none when it says that already. Throws as `keptDecision` and `answerOf` do. */
export function overturnDecision(state: RunState, id: string, text: string, by: string): readonly Fact[] {
  const decision = keptDecision(state, id);
  const answer = answerOf(decision, text);
  if (decision.state === "answered" && decision.answer === answer) return [];
  return [{ type: "decision.overturned", decision: decision.id, answer, by }];
}
