/** What a run asked of people, and how long it waited for them. Pure. */
import type { Decision } from "../model/decision.ts";
import { covered } from "./covered.ts";

export interface People {
  readonly questions: number;
  readonly approvals: number;
  /** Times a person had to do something: answers, approvals, rejections. */
  readonly handsOn: number;
  readonly answers: number;
  readonly approved: number;
  readonly rejected: number;
  readonly expired: number;
  readonly open: number;
  /** Milliseconds during which at least one decision was open. */
  readonly waitedMs: number;
}

/** Counts over decisions; the void ones only waited. */
export function peopleOf(decisions: readonly Decision[], now: string): People {
  const asked = decisions.filter(({ state }) => state !== "void");
  const count = (state: Decision["state"]): number => decisions.filter((one) => one.state === state).length;
  const [answers, approved, rejected] = [count("answered"), count("approved"), count("rejected")];
  return {
    questions: asked.filter(({ kind }) => kind === "question").length,
    approvals: asked.filter(({ kind }) => kind === "approval").length,
    handsOn: answers + approved + rejected,
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
