/** What a run asked of people, and how long it waited for them. Pure. */
import type { Decision } from "../model/decision.ts";
import type { RunState } from "../model/state.ts";
import { covered } from "./covered.ts";

export interface People {
  readonly questions: number;
  readonly approvals: number;
  /** Times a person did something: answers, approvals, rejections, hints, blocked tasks made free. */
  readonly handsOn: number;
  readonly answers: number;
  readonly approved: number;
  readonly rejected: number;
  readonly hints: number;
  readonly unblocked: number;
  readonly expired: number;
  readonly open: number;
  /** Milliseconds during which at least one decision was open. */
  readonly waitedMs: number;
}

/**
 * Counts over decisions, of which the void ones only waited, and over what else people said in the time of the session. How long
 * somebody looked at something before they said a word is known to nobody, so it is not told.
 */
export function peopleOf(
  decisions: readonly Decision[],
  { hints, unblocks }: Pick<RunState, "hints" | "unblocks">,
  { from, until, now }: { readonly from: string; readonly until: string; readonly now: string },
): People {
  const asked = decisions.filter(({ state }) => state !== "void");
  const count = (state: Decision["state"]): number => decisions.filter((one) => one.state === state).length;
  const [answers, approved, rejected] = [count("answered"), count("approved"), count("rejected")];
  const [begun, over] = [Date.parse(from), Date.parse(until)];
  const within = ({ at }: { readonly at: string }): boolean => Date.parse(at) >= begun && Date.parse(at) <= over;
  const said = { hints: hints.filter(within).length, unblocked: unblocks.filter(within).length };
  return {
    questions: asked.filter(({ kind }) => kind === "question").length,
    approvals: asked.filter(({ kind }) => kind === "approval").length,
    handsOn: answers + approved + rejected + said.hints + said.unblocked,
    ...said,
    answers,
    approved,
    rejected,
    expired: count("expired"),
    open: count("open"),
    waitedMs: covered(
      decisions.map(({ askedAt, answeredAt }) => [Date.parse(askedAt), Date.parse(answeredAt ?? now)] as const),
    ),
  };
}
