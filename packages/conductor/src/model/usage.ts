/** Usages add up. Pure. */
import type { Usage } from "./agent.ts";

/** Nothing was used, and that is known. */
export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, usd: 0 };

/** The sum of two conversations; a price that is not known makes the sum unknown. */
export const plus = (a: Usage | null | undefined, b: Usage): Usage =>
  a === undefined || a === null
    ? b
    : {
        inputTokens: a.inputTokens + b.inputTokens,
        outputTokens: a.outputTokens + b.outputTokens,
        cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
        cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
        usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
      };
