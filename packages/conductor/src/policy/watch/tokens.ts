/** What a conversation uses, turn by turn: whether one turn took far more than usual, and whether the context is nearly full. */
import type { Usage } from "../../model/agent.ts";
import type { LoopLimits, LoopNotice } from "../../model/loop.ts";

/** So many turns say what is usual. */
const USUAL_FROM = 5;
const REMEMBERED = 100;

export interface TokenWatch {
  /** Sums since the conversation began. */
  used(usage: Usage): LoopNotice | null;
  turn(): LoopNotice | null;
}

export function tokenWatch(limits: LoopLimits): TokenWatch {
  let last: Usage | null = null;
  let atTurn = 0;
  let total = 0;
  let turns: readonly number[] = [];
  return {
    used(usage) {
      // What a call was given, cached or not, is what the model had in mind.
      const context = inputOf(usage) - (last === null ? 0 : inputOf(last));
      total = freshOf(usage);
      last = usage;
      const share = (context / limits.contextTokens) * 100;
      // More than there is room for is the sum of several calls, which says nothing.
      if (share <= limits.contextPercent || share > 100) return null;
      return {
        rule: "context-full",
        evidence: `Its context is ${Math.floor(share)} % full: ${context} of ${limits.contextTokens} tokens.`,
      };
    },
    turn() {
      const spent = total - atTurn;
      atTurn = total;
      if (spent <= 0) return null;
      const before = turns;
      turns = [...turns, spent].slice(-REMEMBERED);
      if (before.length < USUAL_FROM || spent < limits.turnTokensLeast) return null;
      const usual = medianOf(before);
      if (spent <= usual * limits.turnTokens) return null;
      return {
        rule: "turn-tokens",
        evidence: `One turn took ${spent} tokens, where a usual one takes ${usual}, and no file changed.`,
      };
    },
  };
}

const inputOf = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number =>
  inputTokens + cacheReadTokens + cacheWriteTokens;
/** What is read from the cache again and again is no new work. */
const freshOf = ({ inputTokens, outputTokens, cacheWriteTokens }: Usage): number =>
  inputTokens + outputTokens + cacheWriteTokens;

function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}
