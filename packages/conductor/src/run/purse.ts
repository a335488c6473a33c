/** The session's money: an even share is set aside for each conversation, and settled when it has ended. */
import type { Usage } from "../model/agent.ts";
import { plus } from "../model/usage.ts";
import { type Budget, newBudget, release, reserve, settle, standingOf } from "../policy/budget.ts";

/** `usd`: what the conversation may spend at most; null = no limit in money. */
export type Share =
  | { readonly kind: "share"; readonly usd: number | null }
  | { readonly kind: "refused"; readonly reason: string };

export interface Purse {
  /** Sets a share aside for an attempt. */
  reserve(attempt: string): Share;
  /** It waits for people: what it has not spent of its share is for others meanwhile. */
  pause(attempt: string, spentUsd: number): void;
  /** It goes on, with the same share. `later`: others hold it, and may give it back; `never`: it is spent. */
  again(attempt: string, usd: number | null): "yes" | "later" | "never";
  /** Records what a conversation of the attempt has spent, and gives the rest of its share back. */
  settle(attempt: string, conversation: Usage | null): void;
}

const WARN_AT = 0.8;

/** `places`: how many conversations there are at once. `spent`: what attempts before have spent, when a session is resumed. */
export function makePurse(from: {
  readonly usd: number | null;
  readonly places: number;
  readonly spent: readonly { readonly attempt: string; readonly usage: Usage | null }[];
}): Purse {
  const totals = new Map<string, Usage>();
  let budget: Budget = newBudget({ usd: from.usd, tokens: null, warnAt: WARN_AT });
  const add = (attempt: string, usage: Usage | null): void => {
    if (usage === null) return;
    const sum = plus(totals.get(attempt), usage);
    totals.set(attempt, sum);
    budget = settle(budget, attempt, sum);
  };
  for (const { attempt, usage } of from.spent) add(attempt, usage);
  const set = (attempt: string, usd: number): boolean => {
    if (from.usd === null || usd === 0) return true;
    const outcome = reserve(budget, attempt, { usd, tokens: 0 });
    if (outcome.kind !== "refused") budget = outcome.budget;
    return outcome.kind !== "refused";
  };

  return {
    reserve(attempt) {
      if (from.usd === null) return { kind: "share", usd: null };
      const { leftUsd, kind } = standingOf(budget);
      const left = leftUsd ?? 0;
      if (kind === "stop" || left <= 0)
        return { kind: "refused", reason: `the budget of $${from.usd.toFixed(2)} is used up` };
      const usd = Math.min(left, Math.max(from.usd / from.places, left / from.places));
      if (!set(attempt, usd)) return { kind: "refused", reason: `the budget of $${from.usd.toFixed(2)} is used up` };
      return { kind: "share", usd };
    },
    pause(attempt, spentUsd) {
      budget = release(budget, attempt);
      set(attempt, spentUsd);
    },
    again(attempt, usd) {
      if (usd === null) return "yes";
      const before = budget;
      budget = release(budget, attempt);
      if (set(attempt, usd)) return "yes";
      const held = budget.held.size > 0;
      budget = before;
      return held ? "later" : "never";
    },
    settle(attempt, conversation) {
      add(attempt, conversation);
      budget = release(budget, attempt);
    },
  };
}
