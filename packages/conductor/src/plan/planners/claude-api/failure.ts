import type { Trouble } from "../model/trouble.ts";

interface ApiErrorLike {
  readonly status?: number;
  readonly headers?: { get?(name: string): string | null };
  readonly message?: string;
  readonly error?: { readonly error?: { readonly type?: string; readonly message?: string } };
  readonly type?: string | null;
}

/** Tells what an error of the SDK, a cut connection or a broken stream means. */
export function troubleOf(thrown: unknown): Trouble {
  const error = (thrown ?? {}) as ApiErrorLike;
  const said = error.error?.error?.message ?? error.message ?? String(thrown);
  const { status } = error;
  const type = error.error?.error?.type ?? error.type ?? null;
  const reason = status === undefined ? said : `${status} ${said}`;
  const final = (outcome: Extract<Trouble, { kind: "final" }>["outcome"]): Trouble => ({
    kind: "final",
    outcome,
    reason,
  });
  const again = (outcome: Extract<Trouble, { kind: "again" }>["outcome"]): Trouble => ({
    kind: "again",
    outcome,
    reason,
    retryAfterMs: retryAfterOf(error),
  });
  if (status === 401 || type === "authentication_error") return final("unauthorized");
  if (status === 403 || type === "permission_error") return final("forbidden");
  if (status === 402 || type === "billing_error") return final("no-credit");
  if (status === 404 || type === "not_found_error") return final("no-such-model");
  if (status === 413 || (status === 400 && /too long|context (?:window|length)|maximum context/i.test(said)))
    return final("too-long");
  if (status === 429 || type === "rate_limit_error") return again("limited");
  if (status === 529 || type === "overloaded_error") return again("overloaded");
  if (status === undefined)
    return type === null ? again("broken-off") : PASSING.has(type) ? again("failing") : final("rejected");
  return status === 408 || status === 409 || status >= 500 ? again("failing") : final("rejected");
}

const PASSING = new Set(["api_error", "timeout_error"]);

function retryAfterOf({ headers }: ApiErrorLike): number | null {
  const value = headers?.get?.("retry-after") ?? null;
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
