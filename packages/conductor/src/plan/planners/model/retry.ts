/** When to try a call again, and after how long. Pure. */

/** Bounds on trying again. */
export interface RetryLimits {
  /** Most time to spend on waiting for one call, in milliseconds. */
  readonly budgetMs: number;
  /** The first wait; doubles each time, up to `maxMs`, with up to half taken off by chance. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** Most tries of one call, the first included. */
  readonly tries: number;
}

/** Within 15 minutes, from 1 s to 60 s. */
export const RETRY_LIMITS: RetryLimits = { budgetMs: 900_000, baseMs: 1_000, maxMs: 60_000, tries: 12 };

/**
 * Milliseconds to wait before try `tried + 1`, or null to give up. What the server asks for is honoured, and not waited for
 * when it lies beyond the budget. `chance` is between 0 and 1.
 */
export function waitBeforeRetry(
  tried: number,
  waitedMs: number,
  retryAfterMs: number | null,
  limits: RetryLimits,
  chance: number,
): number | null {
  if (tried >= limits.tries) return null;
  const grown = Math.min(limits.maxMs, limits.baseMs * 2 ** (tried - 1));
  const wait = Math.max(retryAfterMs ?? 0, Math.round(grown * (1 - chance / 2)));
  return waitedMs + wait > limits.budgetMs ? null : wait;
}
