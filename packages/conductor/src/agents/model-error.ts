/** What an error of the model's API means for a conversation. Pure. */
import type { EndReason } from "../model/agent.ts";

/** `retry`: the same call may succeed after a while. `end`: it will not. */
export type ErrorVerdict =
  | {
      readonly kind: "retry";
      readonly status: number | null;
      readonly afterMs: number | null;
      readonly reason: EndReason;
      readonly error: string;
    }
  | { readonly kind: "end"; readonly reason: EndReason; readonly error: string };

/** Reads an error thrown by the SDK. Unknown ones, which are cut connections mostly, are worth another try. */
export function readModelError(error: unknown, now: Date): ErrorVerdict {
  const status = numberOf(error, "status");
  const type = wordOf(error, "type");
  const message = saidBy(error, status).slice(0, 1_000);
  if (status === 401 || status === 403 || status === 402 || type === "authentication_error" || type === "billing_error")
    return { kind: "end", reason: "auth", error: message };
  if (status === 413 || (status === 400 && /too long|context (?:window|length)|maximum context/i.test(message)))
    return { kind: "end", reason: "context_full", error: message };
  const limited = status === 429 || type === "rate_limit_error";
  const overloaded = status === 529 || type === "overloaded_error";
  if (limited || overloaded)
    return {
      kind: "retry",
      status: status ?? (limited ? 429 : 529),
      // Who is overloaded says nothing of anybody's limit, although the headers that tell of it come with every answer.
      afterMs: retryAfterOf(error, now) ?? (limited ? resetOf(error, now) : null),
      reason: "rate_limited",
      error: message,
    };
  if (status !== null && status >= 400 && status < 500 && status !== 408 && status !== 409)
    return { kind: "end", reason: "protocol", error: message };
  return { kind: "retry", status, afterMs: retryAfterOf(error, now), reason: "crashed", error: message };
}

/** What the API says in its own words, where it says anything: `401 invalid x-api-key`; else what the SDK says. */
function saidBy(error: unknown, status: number | null): string {
  const body = propertyOf(error, "error");
  const said = propertyOf(propertyOf(body, "error") ?? body, "message");
  if (typeof said === "string" && said !== "") return status === null ? said : `${status} ${said}`;
  return error instanceof Error ? error.message : String(error);
}

const propertyOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : null;

function headersOf(error: unknown): Headers | null {
  const headers = propertyOf(error, "headers");
  return headers instanceof Headers ? headers : null;
}

/** retry-after in seconds or as a date (RFC 9110 10.2.3), or retry-after-ms. */
function retryAfterOf(error: unknown, now: Date): number | null {
  const headers = headersOf(error);
  if (headers === null) return null;
  const ms = Number(headers.get("retry-after-ms") ?? "x");
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const text = headers.get("retry-after");
  if (text === null) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}

const LIMITS = ["requests", "tokens", "input-tokens", "output-tokens"] as const;

/**
 * When the limit that is used up is filled again: anthropic-ratelimit-unified-reset in seconds since 1970, or the latest
 * anthropic-ratelimit-*-reset of those with nothing left.
 */
function resetOf(error: unknown, now: Date): number | null {
  const headers = headersOf(error);
  if (headers === null) return null;
  const unified = Number(headers.get("anthropic-ratelimit-unified-reset") || "x");
  if (Number.isFinite(unified)) return Math.max(0, unified * 1000 - now.getTime());
  const resets = LIMITS.filter((limit) => headers.get(`anthropic-ratelimit-${limit}-remaining`) === "0")
    .map((limit) => Date.parse(headers.get(`anthropic-ratelimit-${limit}-reset`) ?? ""))
    .filter((at) => !Number.isNaN(at));
  return resets.length === 0 ? null : Math.max(0, Math.max(...resets) - now.getTime());
}

function numberOf(error: unknown, key: string): number | null {
  const value = propertyOf(error, key);
  return typeof value === "number" ? value : null;
}

function wordOf(error: unknown, key: string): string | null {
  const value = propertyOf(error, key);
  return typeof value === "string" ? value : null;
}
