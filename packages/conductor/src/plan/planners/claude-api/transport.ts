/** Asks over the Messages API: streamed, and watched, as the SDK's `timeout` does not see a stream that stalls. */
import type Anthropic from "@anthropic-ai/sdk";
import type { Attempt, PrefixBlock, Question, Transport } from "../model/question.ts";
import { receiver, type StreamEvent } from "../model/received.ts";
import { stopTrouble } from "../model/stop-trouble.ts";
import type { Trouble } from "../model/trouble.ts";
import { troubleOf } from "./failure.ts";

/** Whose account asks, which model, and where. */
export interface ClaudeApiOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Default: Anthropic's own. */
  readonly baseURL?: string;
  /** A stream that says nothing for this long is given up. Default 120,000. */
  readonly idleMs?: number;
  /** Longest answer, in tokens. Default 32,000. */
  readonly maxTokens?: number;
}

const LONGEST = 32_000;

/** The transport of one key and model. */
export function claudeApiTransport(options: ClaudeApiOptions): Transport {
  let client: Promise<Anthropic> | null = null;
  return {
    name: "claude-api",
    model: options.model,
    atOnce: 4,
    maxTokens: options.maxTokens ?? LONGEST,
    requests: 1,
    async attempt(question, { signal, onTokens, maxTokens = options.maxTokens ?? LONGEST }) {
      client ??= clientOf(options);
      return attempt(await client, question, { ...options, maxTokens }, signal, onTokens);
    },
  };
}

async function clientOf({ apiKey, baseURL }: ClaudeApiOptions): Promise<Anthropic> {
  const { default: Anthropic } = await import("@anthropic-ai/sdk");
  return new Anthropic({
    apiKey,
    authToken: null,
    baseURL: baseURL ?? "https://api.anthropic.com",
    maxRetries: 0,
    logLevel: "off",
  });
}

async function attempt(
  client: Anthropic,
  question: Question,
  { model, maxTokens = LONGEST, idleMs = 120_000 }: ClaudeApiOptions,
  signal: AbortSignal | undefined,
  onTokens: Parameters<Transport["attempt"]>[1]["onTokens"],
): Promise<Attempt> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal?.addEventListener("abort", stop, { once: true });
  let quiet = false;
  const watchdog = setTimeout(() => {
    quiet = true;
    stop();
  }, idleMs);
  const message = receiver();
  const silent: Trouble = {
    kind: "again",
    outcome: "silent",
    reason: `it said nothing for ${idleMs / 1_000} s`,
    retryAfterMs: null,
  };
  try {
    const events = await client.messages.create(
      {
        model,
        max_tokens: maxTokens,
        stream: true,
        system: [{ type: "text", text: question.instructions }],
        messages: [{ role: "user", content: [...blocksOf(question.prefix), { type: "text", text: question.text }] }],
        output_config: { format: { type: "json_schema", schema: question.schema } },
      },
      { signal: abort.signal, maxRetries: 0 },
    );
    for await (const event of events) {
      watchdog.refresh();
      message.hear(event as StreamEvent);
    }
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: "trouble", trouble: quiet ? silent : troubleOf(error) };
  } finally {
    clearTimeout(watchdog);
    signal?.removeEventListener("abort", stop);
    onTokens(message.received().tokens);
  }
  signal?.throwIfAborted();
  if (quiet) return { kind: "trouble", trouble: silent };
  return answerOf(message.received(), client.baseURL);
}

/** The last block ends what the provider is to keep. */
function blocksOf(prefix: readonly PrefixBlock[]): Anthropic.ContentBlockParam[] {
  return prefix.map((block, index): Anthropic.ContentBlockParam => {
    const kept = index === prefix.length - 1 ? { cache_control: { type: "ephemeral" as const } } : {};
    if (block.kind === "text") return { type: "text", text: block.text, ...kept };
    return {
      type: "document",
      title: block.title,
      source: { type: "base64", media_type: "application/pdf", data: block.base64 },
      ...kept,
    };
  });
}

function answerOf(
  { started, ended, text, stop }: ReturnType<ReturnType<typeof receiver>["received"]>,
  at: string,
): Attempt {
  const trouble = (one: Trouble): Attempt => ({ kind: "trouble", trouble: one });
  if (!started) return trouble({ kind: "final", outcome: "no-model", reason: `what answers at ${at} is no model` });
  if (!ended)
    return trouble({ kind: "again", outcome: "broken-off", reason: "the answer broke off", retryAfterMs: null });
  const stopped = stopTrouble(stop);
  if (stopped !== null) return trouble(stopped);
  try {
    return { kind: "answer", json: JSON.parse(text) };
  } catch (error) {
    return trouble({ kind: "final", outcome: "malformed", reason: (error as Error).message });
  }
}
