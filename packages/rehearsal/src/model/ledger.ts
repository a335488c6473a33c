/** What a scripted model has answered, counted on its own side of the wire. */
import type { ModelPrice } from "./script.ts";
import type { ApiUsage } from "./usage.ts";

const PRICES: Readonly<Record<string, ModelPrice>> = {
  "claude-opus-5-5": { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  "claude-sonnet-5-5": { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  "claude-haiku-5-5": { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
};

/** Sums over answers; `costUsd` is null when a model without a price has answered. */
export interface Spent {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costUsd: number | null;
}

export interface Ledger {
  /** Books what was sent: also what was sent before a stream broke. */
  book(model: string, usage: ApiUsage): void;
  total(): Spent;
  byModel(): Readonly<Record<string, Spent>>;
}

const NOTHING: Spent = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 };

const plus = (a: Spent, b: Spent): Spent => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
});

function costOf(price: ModelPrice | undefined, usage: ApiUsage): number | null {
  if (price === undefined) return null;
  const millionths =
    usage.input_tokens * price.input +
    usage.output_tokens * price.output +
    usage.cache_read_input_tokens * price.cacheRead +
    usage.cache_creation_input_tokens * price.cacheWrite;
  return millionths / 1_000_000;
}

/** An empty ledger. */
export function newLedger(prices: Readonly<Record<string, ModelPrice>> = PRICES): Ledger {
  const models = new Map<string, Spent>();
  return {
    book(model, usage) {
      const one: Spent = {
        inputTokens: usage.input_tokens,
        outputTokens: usage.output_tokens,
        cacheReadTokens: usage.cache_read_input_tokens,
        cacheWriteTokens: usage.cache_creation_input_tokens,
        costUsd: costOf(prices[model], usage),
      };
      models.set(model, plus(models.get(model) ?? NOTHING, one));
    },
    total: () => [...models.values()].reduce(plus, NOTHING),
    byModel: () => Object.fromEntries(models),
  };
}
