/** Money is set aside before a call and settled after it. Pure. */
import type { Price } from "./price.ts";

/** Fewer output tokens than this make a call useless. */
const LEAST_OUTPUT = 1_024;

/**
 * How many output tokens a call may be given so that it cannot cost more than is left, at most `wanted`; null when even a
 * small answer could. The input is priced as if nothing came from a cache.
 */
export function affordableOutput(
  price: Price,
  remainingUsd: number,
  inputTokens: number,
  wanted: number,
): number | null {
  const input = (inputTokens * Math.max(price.input, price.cacheWrite)) / 1_000_000;
  const output = price.output === 0 ? wanted : Math.floor(((remainingUsd - input) * 1_000_000) / price.output);
  if (remainingUsd <= 0 || output < Math.min(LEAST_OUTPUT, wanted)) return null;
  return Math.min(wanted, output);
}

/** The same within tokens of all kinds. */
export function outputWithin(remaining: number, inputTokens: number, wanted: number): number | null {
  const output = remaining - inputTokens;
  return output < Math.min(LEAST_OUTPUT, wanted) ? null : Math.min(wanted, output);
}

/** Tokens of a text that no tokenizer has seen, estimated on the high side. */
export const estimatedTokens = (characters: number): number => Math.ceil(characters / 2.5);
