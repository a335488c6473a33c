/** What a run asked of people, and how long it waited for them. Pure. */
import type { Decision } from "../model/decision.ts";

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

/** How much time the spans cover together; what they share counts once. */
function covered(spans: readonly (readonly [from: number, to: number])[]): number {
  let end = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}
