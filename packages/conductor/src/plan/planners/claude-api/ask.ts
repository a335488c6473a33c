/** One question to the model with an answer of a given shape: streamed, watched, tried again when that can help. */
import { setTimeout as sleep } from "node:timers/promises";
import type Anthropic from "@anthropic-ai/sdk";
import { WerkError } from "@taskwerk/contract/errors";
import type { Usage } from "../../../model/agent.ts";
import { failureOf } from "./failure.ts";
import { type RetryLimits, waitBeforeRetry } from "./retry.ts";

export interface Question {
  /** Instructions and documents: the same for all questions of a plan, so that it is cached. */
  readonly prefix: { readonly instructions: string; readonly documents: string };
  readonly text: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface AskOptions {
  readonly client: Anthropic;
  readonly model: string;
  readonly maxTokens: number;
  /** A stream that says nothing for this long is given up. */
  readonly idleMs: number;
  readonly retry: RetryLimits;
  readonly signal: AbortSignal | undefined;
  readonly onWait: (reason: string, inMs: number) => void;
  /** Tokens of each try, also of those that failed; they are paid for. */
  readonly onTokens: (tokens: Omit<Usage, "usd">) => void;
}

/**
 * Asks and answers the parsed JSON, not yet checked against the schema. Throws CREDENTIAL_MISSING at once on 401, RATE_LIMITED
 * when the limit outlasts the budget for waiting, MODEL_ERROR for everything else, also for an answer that was cut or refused.
 */
export async function ask(question: Question, options: AskOptions): Promise<unknown> {
  let waited = 0;
  for (let tried = 1; ; tried += 1) {
    try {
      return parse(await stream(question, options), options.model);
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason ?? error;
      if (error instanceof WerkError) throw error;
      const failure = failureOf(error, options.model);
      if (failure.kind === "final") throw failure.error;
      const wait = waitBeforeRetry(tried, waited, failure.retryAfterMs, options.retry, Math.random());
      if (wait === null) {
        throw new WerkError(
          failure.limited ? "RATE_LIMITED" : "MODEL_ERROR",
          `${options.model} did not answer: ${failure.reason}`,
          {
            hint: "Try again later, or use --planner outline.",
            cause: error,
            details: { tries: tried, retryAfterMs: failure.retryAfterMs },
          },
        );
      }
      options.onWait(failure.reason, wait);
      await sleep(wait, undefined, { ...(options.signal === undefined ? {} : { signal: options.signal }) });
      waited += wait;
    }
  }
}

interface Streamed {
  readonly text: string;
  readonly stop: string | null;
}

/** Thrown when a stream says nothing for too long. */
class Idle extends Error {}

async function stream({ prefix, text, schema }: Question, options: AskOptions): Promise<Streamed> {
  const { client, model, maxTokens, idleMs, signal, onTokens } = options;
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal?.addEventListener("abort", stop, { once: true });
  let quiet = false;
  const watchdog = setTimeout(() => {
    quiet = true;
    stop();
  }, idleMs);
  const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  let answer = "";
  let stopReason: string | null = null;
  let started = false;
  let ended = false;
  try {
    signal?.throwIfAborted();
    const events = await client.messages.create(
      {
        model,
        max_tokens: maxTokens,
        stream: true,
        system: [
          { type: "text", text: prefix.instructions },
          { type: "text", text: prefix.documents, cache_control: { type: "ephemeral" } },
        ],
        messages: [{ role: "user", content: text }],
        output_config: { format: { type: "json_schema", schema } },
      },
      { signal: abort.signal, maxRetries: 0 },
    );
    for await (const event of events) {
      watchdog.refresh();
      if (event.type === "message_start") {
        started = true;
        const { usage } = event.message;
        tokens.inputTokens = usage.input_tokens;
        tokens.outputTokens = usage.output_tokens;
        tokens.cacheReadTokens = usage.cache_read_input_tokens ?? 0;
        tokens.cacheWriteTokens = usage.cache_creation_input_tokens ?? 0;
      } else if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
        answer += event.delta.text;
      } else if (event.type === "message_delta") {
        stopReason = event.delta.stop_reason;
        tokens.outputTokens = event.usage.output_tokens;
      } else if (event.type === "message_stop") ended = true;
    }
  } catch (error) {
    if (quiet) throw new Idle(`it said nothing for ${idleMs / 1000} s`, { cause: error });
    throw error;
  } finally {
    clearTimeout(watchdog);
    signal?.removeEventListener("abort", stop);
    onTokens(tokens);
  }
  if (quiet) throw new Idle(`it said nothing for ${idleMs / 1000} s`);
  if (!started) {
    throw new WerkError("MODEL_ERROR", `what answers at ${client.baseURL} is no model`, {
      hint: "Check the address of the model, and whether a proxy is in between: conductor doctor",
    });
  }
  if (!ended) throw new Error("the answer broke off");
  return { text: answer, stop: stopReason };
}

const HOW_TO_GO_ON = "Run it again, split the document, or use --planner outline.";

function parse({ text, stop }: Streamed, model: string): unknown {
  const broken = (why: string) =>
    new WerkError("MODEL_ERROR", `${model} ${why}`, { hint: HOW_TO_GO_ON, details: { stop } });
  if (stop === "refusal") throw broken("refused to answer");
  if (stop === "max_tokens") throw broken("was cut off at its longest answer");
  if (stop === "model_context_window_exceeded") throw broken("has no room for documents this long");
  if (stop !== "end_turn" && stop !== "stop_sequence")
    throw broken(`ended with ${stop ?? "no reason"}, not with an answer`);
  try {
    return JSON.parse(text);
  } catch {
    throw broken("did not answer in JSON");
  }
}
