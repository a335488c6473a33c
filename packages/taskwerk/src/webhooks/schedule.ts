import type { Attempted } from "../store/settle-deliveries.ts";

const [S, M, H] = [1_000, 60_000, 3_600_000];
/** How long after a failed attempt the next one comes (Standard Webhooks); after the last there is none. */
export const RETRY_MS: readonly number[] = [5 * S, 5 * M, 30 * M, 2 * H, 5 * H, 10 * H, 14 * H, 20 * H, 24 * H];
/** Attempts that a delivery gets in all. */
export const MOST_ATTEMPTS = RETRY_MS.length + 1;
/** So much of a wait it may be shorter or longer, so that what failed together does not come together again. */
export const JITTER = 0.1;
/** Quiet for a receiver that is overloaded and does not say for how long. */
const QUIET_MS = 30 * S;
const OVERLOADED = new Set([429, 502, 504]);

/** How one attempt ended. */
export type Answer =
  /** An HTTP answer; `retryAfterMs`: what it asked for. */
  | { readonly kind: "answered"; readonly status: number; readonly retryAfterMs: number | null }
  /** None came. */
  | { readonly kind: "failed"; readonly error: string }
  /** We broke it off ourselves. */
  | { readonly kind: "dropped" };

/** What follows from an attempt, the `attempts`th of a delivery; `random` gives 0 to 1. */
export function afterAttempt(
  answer: Answer,
  attempts: number,
  now: Date,
  random: () => number,
): Pick<Attempted, "status" | "error" | "next" | "quietUntil"> {
  const at = (ms: number): string => new Date(now.getTime() + ms).toISOString();
  switch (answer.kind) {
    case "dropped":
      return { status: null, error: null, next: { kind: "dropped" }, quietUntil: null };
    case "failed":
      return { status: null, error: answer.error, next: retry(attempts, 0, at, random), quietUntil: null };
    case "answered": {
      const { status, retryAfterMs } = answer;
      if (status >= 200 && status < 300) return { status, error: null, next: { kind: "delivered" }, quietUntil: null };
      const error = `it answered ${status}${status >= 300 && status < 400 ? ", and redirects are not followed" : ""}`;
      if (status === 410) return { status, error, next: { kind: "gone" }, quietUntil: null };
      const quietMs = OVERLOADED.has(status) ? (retryAfterMs ?? QUIET_MS) : null;
      return {
        status,
        error,
        next: retry(attempts, retryAfterMs ?? 0, at, random),
        quietUntil: quietMs === null ? null : at(quietMs),
      };
    }
    default: {
      const never: never = answer;
      return never;
    }
  }
}

function retry(attempts: number, leastMs: number, at: (ms: number) => string, random: () => number): Attempted["next"] {
  const usual = RETRY_MS[attempts - 1];
  if (usual === undefined) return { kind: "dead" };
  return { kind: "retry", at: at(Math.max(leastMs, usual * (1 + JITTER * (2 * random() - 1)))) };
}
