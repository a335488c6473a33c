/** Rules about rounds of gates, and about a task that is given out again. Pure. */
import type { LoopLimits, LoopNotice } from "../../model/loop.ts";
import { short } from "./words.ts";

/** One round of gates that was red. */
export interface RedRound {
  /** The same for the same failure: the gates with their failing tests. */
  readonly signature: string;
  /** How many tests failed; null when no gate counts tests. */
  readonly failing: number | null;
  /** In words. */
  readonly summary: string;
}

/** What the newest rounds say, oldest first; those since the last human word. */
export function roundLoop(rounds: readonly RedRound[], limits: LoopLimits): LoopNotice | null {
  const last = rounds.at(-1);
  if (last === undefined) return null;
  const same = rounds.slice(-limits.sameGates);
  if (
    same.length === limits.sameGates &&
    last.signature !== "" &&
    same.every(({ signature }) => signature === last.signature)
  )
    return {
      rule: "same-gates",
      evidence: `${limits.sameGates} rounds of gates said the same: ${short(last.summary, 400)}`,
    };
  const newest = rounds.slice(-limits.failingRounds);
  const counts = newest.map(({ failing }) => failing);
  const [first] = counts;
  if (newest.length < limits.failingRounds || !first || counts.some((count) => count === null || count < first))
    return null;
  return {
    rule: "failing-count",
    evidence: `No fewer tests fail after ${limits.failingRounds} rounds: ${counts.join(", ")}.`,
  };
}

/** Its work was gone on with so often without a change of the tree. `unchanged`: how often by now. */
export const unchangedLoop = (unchanged: number, limits: LoopLimits): LoopNotice | null =>
  unchanged < limits.unchanged
    ? null
    : { rule: "same-tree", evidence: `It was gone on with ${unchanged} times, and no file changed.` };

/** How one time of being given out ended. */
export interface Dispatch {
  readonly attempt: string;
  /** What it left; null = nothing. */
  readonly tree: string | null;
  readonly reason: string | null;
}

/** A task that was given out so often without leaving anything new. Oldest first; those since the last human word. */
export function dispatchLoop(dispatches: readonly Dispatch[], limits: LoopLimits): LoopNotice | null {
  const newest = dispatches.slice(-limits.dispatches);
  if (newest.length < limits.dispatches || newest.some(({ tree }) => tree !== newest[0]!.tree)) return null;
  const last = newest.at(-1)?.reason;
  return {
    rule: "same-dispatch",
    evidence: `It was given out ${limits.dispatches} times, and nothing changed${last ? `; the last time: ${short(last, 300)}` : ""}.`,
  };
}
