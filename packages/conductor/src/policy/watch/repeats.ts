/** Rules about the same actions again: alone, with the same error, or in turn. Pure. */
import type { LoopLimits, LoopNotice } from "../../model/loop.ts";
import type { Seen, Step } from "./step.ts";
import { excerpt, inWords } from "./words.ts";

type Rule = (seen: Seen, limits: LoopLimits) => LoopNotice | null;

/** The first that fires, of those that look at what an agent did. They see nothing from before the last progress. */
export function repeats(seen: Seen, limits: LoopLimits): LoopNotice | null {
  for (const rule of RULES) {
    const notice = rule(seen, limits);
    if (notice !== null) return notice;
  }
  return null;
}

const sameError: Rule = ({ steps }, limits) => {
  const last = steps.at(-1);
  if (last === undefined || last.action.ok || !again(steps, limits.sameError, limits)) return null;
  const evidence = `${inWords(last.action)} failed ${times(steps, last)} times with the same error and nothing changed in between.${excerpt(last.action)}`;
  return { rule: "same-error", evidence };
};

const sameResult: Rule = ({ steps }, limits) => {
  const last = steps.at(-1);
  if (last === undefined || !again(steps, limits.sameResult, limits)) return null;
  const evidence = `${inWords(last.action)} was done ${times(steps, last)} times with the same result and no file changed.${excerpt(last.action)}`;
  return { rule: "same-result", evidence };
};

/** Some actions in turn, or turns of several actions each. One action alone is for the rules above. */
const cycle: Rule = ({ steps, turns }, limits) => {
  for (let length = 2; length <= limits.cycleLength; length += 1) {
    const round = steps.slice(-length);
    if (comesAgain(steps, (step) => step.print, length, round, limits)) return cycleOf(round, limits);
  }
  for (let length = 1; length <= limits.cycleLength; length += 1) {
    const round = turns.slice(-length).flat();
    if (comesAgain(turns, (turn) => turn.map(({ print }) => print).join("\n\n"), length, round, limits))
      return cycleOf(round, limits);
  }
  return null;
};

const RULES: readonly Rule[] = [sameError, sameResult, cycle];

const cycleOf = (round: readonly Step[], { cycleTimes }: LoopLimits): LoopNotice => ({
  rule: "cycle",
  evidence: `The same ${round.length} actions were done ${cycleTimes} times in turn, with the same results: ${round
    .slice(0, 5)
    .map(({ action }) => inWords(action))
    .join(", then ")}.`,
});

/**
 * True when the last `length` of them came so often, one after the other. `round`: their steps; at least two of them differ, and
 * where one of them waits for something it may come more often.
 */
function comesAgain<T>(
  all: readonly T[],
  printOf: (one: T) => string,
  length: number,
  round: readonly Step[],
  { cycleTimes, pollTimes, pollMs }: LoopLimits,
): boolean {
  const polls = round.some((step) => step.polls);
  const count = length * (polls ? Math.max(cycleTimes, pollTimes) : cycleTimes);
  if (all.length < count || new Set(round.map(({ print }) => print)).size < 2) return false;
  const newest = all.slice(-count).map(printOf);
  if (newest.some((print, at) => at >= length && print !== newest[at - length])) return false;
  return !polls || spanOf(all.slice(-count).flat() as readonly Step[]) >= pollMs;
}

const spanOf = (steps: readonly Step[]): number => (steps.at(-1)?.at ?? 0) - (steps[0]?.at ?? 0);

/**
 * True when the newest step is there `often` times, and all that happened between the first and the last of these was a repetition
 * too. Something new in between, another file read, another edit, is work, not a circle.
 */
function again(steps: readonly Step[], often: number, { pollTimes, pollMs }: LoopLimits): boolean {
  const counts = new Map<string, number>();
  for (const { print } of steps) counts.set(print, (counts.get(print) ?? 0) + 1);
  const last = steps.at(-1);
  if (last === undefined) return false;
  const needed = last.polls ? Math.max(often, pollTimes) : often;
  if ((counts.get(last.print) ?? 0) < needed) return false;
  let left = needed;
  for (const { print, at } of steps.toReversed()) {
    if ((counts.get(print) ?? 0) < 2) return false;
    if (print === last.print) left -= 1;
    if (left <= 0 && (!last.polls || last.at - at >= pollMs)) return true;
  }
  return false;
}

const times = (steps: readonly Step[], { print }: Step): number => steps.filter((one) => one.print === print).length;
