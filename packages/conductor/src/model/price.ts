/** What models cost: a small table that the user's config can extend, and the sum. Pure. */
import type { Usage } from "./agent.ts";

/** USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Writing into the cache that lives 5 minutes. */
  readonly cacheWrite: number;
}

/** Prices by model id; an id with a date behind it (`claude-opus-5-5-20260801`) has the price of the id before it. */
export type PriceTable = Readonly<Record<string, Price>>;

/** What is known when the user has said nothing else. */
export const PRICES: PriceTable = {
  "claude-opus-5-5": { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  "claude-sonnet-5-5": { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  "claude-haiku-5-5": { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
  "claude-fable-5-2": { input: 8, output: 40, cacheRead: 0.2, cacheWrite: 10 },
};

/** The price of a model, null when it is not known. */
export function priceOf(model: string, table: PriceTable = PRICES): Price | null {
  if (Object.hasOwn(table, model)) return table[model] ?? null;
  const base = model.replace(/-(?:\d{8}|latest)$/, "");
  return Object.hasOwn(table, base) ? (table[base] ?? null) : null;
}

/** The cost in USD of tokens of one model; null, never 0, when its price is not known. */
export function costOf(tokens: Omit<Usage, "usd">, model: string, table: PriceTable = PRICES): number | null {
  const price = priceOf(model, table);
  if (price === null) return null;
  const millionths =
    tokens.inputTokens * price.input +
    tokens.outputTokens * price.output +
    tokens.cacheReadTokens * price.cacheRead +
    tokens.cacheWriteTokens * price.cacheWrite;
  return millionths / 1_000_000;
}
