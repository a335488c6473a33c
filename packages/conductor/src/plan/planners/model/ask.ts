/** One question until it is answered: tried again while that can help, within bounds. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Purse } from "./purse.ts";
import type { Question, Tokens, Transport } from "./question.ts";
import { type RetryLimits, waitBeforeRetry } from "./retry.ts";
import { errorOf } from "./trouble.ts";

/** How often and how long it is tried, and who pays. */
export interface AskOptions {
  readonly retry: RetryLimits;
  readonly signal: AbortSignal | undefined;
  /** Shared by all questions of an account: none is asked before this time, in milliseconds of the monotonic clock. */
  readonly pause: { until: number };
  readonly onWait: (reason: string, inMs: number) => void;
  /** Sets money aside for each try; null: nothing limits it. */
  readonly pay: { readonly purse: Purse; readonly inputTokens: number } | null;
  /** Tokens of each try, also of those that failed; they are paid for. */
  readonly onTokens: (tokens: Tokens) => void;
}

/**
 * Answers the parsed JSON, not yet checked against the schema. Throws CREDENTIAL_MISSING at once on 401, RATE_LIMITED when the
 * limit outlasts the bounds on waiting, MODEL_ERROR for everything else, and the signal's reason; BUDGET_EXHAUSTED where a try could cost more than is left.
 */
export async function ask(transport: Transport, question: Question, options: AskOptions): Promise<unknown> {
  const { retry, signal, onTokens, onWait, pause, pay } = options;
  const rest = (ms: number): Promise<void> => sleep(ms, undefined, { ...(signal === undefined ? {} : { signal }) });
  let waited = 0;
  for (let tried = 1; ; tried += 1) {
    signal?.throwIfAborted();
    while (pause.until > performance.now()) await rest(Math.ceil(pause.until - performance.now()));
    const given = pay === null ? null : await pay.purse.setAside(pay.inputTokens);
    const began = performance.now();
    const attempt = await transport
      .attempt(question, { signal, onTokens, ...(given === null ? {} : { maxTokens: given.maxTokens }) })
      .finally(() => given?.settle());
    if (attempt.kind === "answer") return attempt.json;
    const { trouble } = attempt;
    // It was cut off by the budget, not by its longest.
    if (trouble.outcome === "cut-off" && given?.isShort && pay !== null) throw pay.purse.exhausted();
    if (trouble.kind === "final") throw errorOf(trouble, transport.model, tried);
    // What was waited for in vain has been waited for, too.
    if (trouble.outcome === "silent") waited += performance.now() - began;
    const wait = waitBeforeRetry(tried, waited, trouble.retryAfterMs, retry, Math.random());
    if (wait === null) throw errorOf(trouble, transport.model, tried);
    onWait(trouble.reason, wait);
    if (trouble.outcome === "limited") pause.until = Math.max(pause.until, performance.now() + wait);
    await rest(wait);
    waited += wait;
  }
}
