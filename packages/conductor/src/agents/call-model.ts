/** One call of the model, streamed, with retries of our own and a watchdog: the SDK's `timeout` does not see a stream that stalls. */
import type Anthropic from "@anthropic-ai/sdk";
import type { EndReason, Hold, Usage } from "../model/agent.ts";
import { readModelError } from "./model-error.ts";
import { watchdog } from "./watchdog.ts";

export type Tokens = Omit<Usage, "usd">;

export interface RetryPolicy {
  /** All waiting for one call together. */
  readonly budgetMs: number;
  /** The first wait; each further one is twice as long, at most `longestMs`, each with jitter. */
  readonly firstMs: number;
  readonly longestMs: number;
}

export interface ModelCall {
  readonly client: Anthropic;
  readonly params: Anthropic.MessageStreamParams;
  readonly idleMs: number;
  readonly retry: RetryPolicy;
  /** Absent = nobody else asks on this account, and a limit is retried like anything else. */
  readonly hold?: Hold;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** 0 to 1. */
  readonly random: () => number;
  readonly onText: (text: string) => void;
  /** False when what is left of the budget does not allow another try: one that broke may have cost something. */
  readonly mayTryAgain: () => boolean;
  readonly onRetry: (retry: {
    readonly attempt: number;
    readonly inMs: number;
    readonly status: number | null;
    readonly error: string;
  }) => void;
  /** Tokens that one request used, also one that broke in the middle. */
  readonly onTokens: (tokens: Tokens) => void;
}

export type ModelAnswer =
  | { readonly kind: "message"; readonly message: Anthropic.Message }
  | {
      readonly kind: "ended";
      readonly reason: EndReason;
      readonly error: string | null;
      readonly resetAt: string | null;
    };

/** Calls until a whole message is there, or says why there will be none. Never throws. */
export async function callModel(call: ModelCall): Promise<ModelAnswer> {
  let waited = 0;
  let refusal: Extract<ModelAnswer, { readonly kind: "ended" }> | null = null;
  for (let attempt = 1; ; attempt += 1) {
    if (call.hold !== undefined && !(await call.hold.free(call.signal))) {
      if (call.signal.aborted) return { kind: "ended", reason: "cancelled", error: null, resetAt: null };
      return (
        refusal ?? { kind: "ended", reason: "rate_limited", error: "the provider takes no requests", resetAt: null }
      );
    }
    const one = await once(call);
    if (one.kind === "message") call.hold?.taken();
    if (one.kind !== "failed") return one;
    const verdict = readModelError(one.error, call.now());
    if (verdict.kind === "end") return { kind: "ended", reason: verdict.reason, error: verdict.error, resetAt: null };
    if (verdict.reason === "rate_limited" && call.hold !== undefined) {
      // Others ask on the same account: all of them wait, and this one asks again with them.
      const { afterMs, error, reason } = verdict;
      const resetAt = afterMs === null ? null : new Date(call.now().getTime() + afterMs).toISOString();
      refusal = { kind: "ended", reason, error, resetAt };
      call.onRetry({ attempt, inMs: afterMs ?? 0, status: verdict.status, error });
      await call.hold.refused(error, resetAt);
      continue;
    }
    const growing = Math.min(call.retry.longestMs, call.retry.firstMs * 2 ** Math.min(attempt - 1, 20));
    const inMs = Math.round(verdict.afterMs ?? growing * (0.5 + call.random() / 2));
    if (waited + inMs > call.retry.budgetMs) {
      const resetAt = verdict.afterMs === null ? null : new Date(call.now().getTime() + verdict.afterMs).toISOString();
      return { kind: "ended", reason: verdict.reason, error: verdict.error, resetAt };
    }
    if (!call.mayTryAgain())
      return {
        kind: "ended",
        reason: "budget",
        error: `another try could cost more than is left of the budget (the last one: ${verdict.error})`,
        resetAt: null,
      };
    call.onRetry({ attempt, inMs, status: verdict.status, error: verdict.error });
    waited += inMs;
    if (!(await sleep(inMs, call.signal))) return { kind: "ended", reason: "cancelled", error: null, resetAt: null };
  }
}

async function once(call: ModelCall): Promise<ModelAnswer | { readonly kind: "failed"; readonly error: unknown }> {
  const stop = new AbortController();
  let idled = false;
  const idle = watchdog(call.idleMs, () => {
    idled = true;
    stop.abort();
  });
  const signal = AbortSignal.any([call.signal, stop.signal]);
  const used: { tokens: Tokens | null } = { tokens: null };
  try {
    const stream = call.client.messages.stream(call.params, { signal, maxRetries: 0 });
    for await (const event of stream) {
      idle.touch();
      if (event.type === "message_start") used.tokens = tokensOf(event.message.usage);
      else if (event.type === "message_delta" && used.tokens !== null)
        used.tokens = { ...used.tokens, outputTokens: event.usage.output_tokens };
      else if (event.type === "content_block_delta" && event.delta.type === "text_delta") call.onText(event.delta.text);
    }
    const message = await stream.finalMessage();
    used.tokens = tokensOf(message.usage);
    return { kind: "message", message };
  } catch (error) {
    if (call.signal.aborted) return { kind: "ended", reason: "cancelled", error: null, resetAt: null };
    if (idled)
      return {
        kind: "ended",
        reason: "idle",
        error: `the model said nothing for ${Math.round(call.idleMs / 1000)} s`,
        resetAt: null,
      };
    return { kind: "failed", error };
  } finally {
    idle.stop();
    if (used.tokens !== null) call.onTokens(used.tokens);
  }
}

const tokensOf = (usage: Anthropic.Usage): Tokens => ({
  inputTokens: usage.input_tokens,
  outputTokens: usage.output_tokens,
  cacheReadTokens: usage.cache_read_input_tokens ?? 0,
  cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
});

/** False when the signal ended it. */
function sleep(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (slept: boolean) => (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      resolve(slept);
    };
    const aborted = done(false);
    const timer = setTimeout(done(true), ms);
    signal.addEventListener("abort", aborted);
  });
}
