/** Money for the calls of one planning: set aside before each, settled after it. */
import { WerkError } from "@taskwerk/contract/errors";
import { affordableOutput } from "../../../model/affordable-output.ts";
import type { Price } from "../../../model/price.ts";

/** How much there is, and what a try may cost. */
export interface PurseOptions {
  readonly budgetUsd: number;
  readonly price: Price;
  /** What was used until now, USD. */
  readonly spentUsd: () => number;
  /** Longest answer that is wanted, in tokens. */
  readonly wanted: number;
  /** So many requests one try can be. */
  readonly requests: number;
}

/** What one try was given. */
export interface SetAside {
  /** Longest answer that it may have, in tokens. */
  readonly maxTokens: number;
  /** Less than is wanted. */
  readonly isShort: boolean;
  /** The try is over, and counted in what was spent. */
  settle(): void;
}

/** Money that several tries share. */
export interface Purse {
  /** Waits for tries that are out where their rest may be enough. Throws BUDGET_EXHAUSTED where a useful try could cost too much. */
  setAside(inputTokens: number): Promise<SetAside>;
  /** What is said when the money is not enough. */
  exhausted(): WerkError;
}

/** A purse that never lets tries cost more than its budget together. */
export function purseOf({ budgetUsd, price, spentUsd, wanted, requests }: PurseOptions): Purse {
  let reserved = 0;
  let out = 0;
  let waiting: (() => void)[] = [];
  const exhausted = (): WerkError =>
    new WerkError(
      "BUDGET_EXHAUSTED",
      `planning has cost $${spentUsd().toFixed(2)} of $${budgetUsd.toFixed(2)}, and the next call could cost more than is left`,
      {
        hint: `What was answered is kept: the same command goes on from there with more, e.g. --budget ${Math.max(1, Math.ceil(budgetUsd * 2))}`,
        details: { spentUsd: spentUsd(), budgetUsd },
      },
    );
  return {
    exhausted,
    async setAside(inputTokens) {
      for (;;) {
        const left = budgetUsd - spentUsd() - reserved;
        const maxTokens = affordableOutput(price, left / requests, inputTokens, wanted);
        if (maxTokens !== null && (maxTokens === wanted || out === 0)) {
          const input = inputTokens * Math.max(price.input, price.cacheWrite);
          const usd = (requests * (input + maxTokens * price.output)) / 1_000_000;
          reserved += usd;
          out += 1;
          return {
            maxTokens,
            isShort: maxTokens < wanted,
            settle() {
              reserved -= usd;
              out -= 1;
              const woken = waiting;
              waiting = [];
              for (const wake of woken) wake();
            },
          };
        }
        if (out === 0) throw exhausted();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
