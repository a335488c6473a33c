import type { Tokens } from "./question.ts";

/** The events of a streamed message that say what it costs and how it ends, as the Messages API names them. */
export interface StreamEvent {
  readonly type: string;
  readonly message?: { readonly usage?: Readonly<Record<string, unknown>> };
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly delta?: Readonly<Record<string, unknown>>;
}

/** A message as far as it was received. */
export interface Received {
  /** It began; else what answered was no model. */
  readonly started: boolean;
  /** It ended as messages end. */
  readonly ended: boolean;
  readonly text: string;
  readonly stop: string | null;
  /** As the provider counts; of a message that broke off, what came of it, at about four characters a token. */
  readonly tokens: Tokens;
}

/** Listens to one message. */
export function receiver(): { hear(event: StreamEvent): void; received(): Received } {
  let [started, ended, settled] = [false, false, false];
  let text = "";
  let letters = 0;
  let stop: string | null = null;
  let tokens: Tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return {
    hear(event) {
      if (event.type === "message_start") {
        started = true;
        const usage = event.message?.usage;
        tokens = {
          inputTokens: countOf(usage?.input_tokens),
          outputTokens: countOf(usage?.output_tokens),
          cacheReadTokens: countOf(usage?.cache_read_input_tokens),
          cacheWriteTokens: countOf(usage?.cache_creation_input_tokens),
        };
      } else if (event.type === "content_block_delta") {
        const { type, text: more, partial_json, thinking } = event.delta ?? {};
        if (type === "text_delta") text += String(more ?? "");
        letters += String(more ?? partial_json ?? thinking ?? "").length;
      } else if (event.type === "message_delta") {
        settled = true;
        stop = typeof event.delta?.stop_reason === "string" ? event.delta.stop_reason : null;
        tokens = { ...tokens, outputTokens: countOf(event.usage?.output_tokens) };
      } else if (event.type === "message_stop") ended = true;
    },
    received: () => ({
      started,
      ended,
      text,
      stop,
      tokens: settled || !started ? tokens : { ...tokens, outputTokens: Math.max(1, Math.ceil(letters / 4)) },
    }),
  };
}

const countOf = (value: unknown): number => (typeof value === "number" && value >= 0 ? value : 0);
