/**
 * What Claude Code prints with `--output-format stream-json --verbose`, read line by line (measured with 2.1.197). Pure but for
 * what it remembers of one conversation.
 */
import { z } from "zod";
import type { AgentEvent, EndReason, Usage } from "../model/agent.ts";
import { costOf, type PriceTable } from "../model/price.ts";
import { plus } from "../model/usage.ts";
import { resultHash, toolHash } from "./fingerprint.ts";
import { inWords, type ProcessEnd, type Talk } from "./process-session.ts";
import { resetIn } from "./reset-in.ts";

const count = z.number().int().nonnegative().catch(0);
const Tokens = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
const Block = z.object({ type: z.string() }).loose();
const Line = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("system"),
    subtype: z.string().optional(),
    model: z.string().optional(),
    attempt: z.number().optional(),
    retry_delay_ms: z.number().optional(),
    error_status: z.number().nullish(),
    error: z.string().optional(),
  }),
  z.object({
    type: z.literal("assistant"),
    message: z.object({ id: z.string(), content: z.array(Block), usage: Tokens.optional() }),
  }),
  z.object({
    type: z.literal("user"),
    message: z.object({ content: z.union([z.string(), z.array(Block)]) }),
  }),
  z.object({
    type: z.literal("result"),
    subtype: z.string(),
    is_error: z.boolean(),
    result: z.string().nullish(),
    terminal_reason: z.string().nullish(),
    api_error_status: z.number().nullish(),
    total_cost_usd: z.number().nonnegative().nullish(),
    usage: Tokens.optional(),
    permission_denials: z.array(z.object({ tool_name: z.string() }).loose()).default([]),
  }),
]);
type Line = z.infer<typeof Line>;
type Result = Extract<Line, { readonly type: "result" }>;

export interface ClaudeStream {
  hear(line: string, talk: Talk): void;
  /** How it ended by its own word; null when it never said. */
  end(): ProcessEnd | null;
}

/** Reads one conversation. A line that is none of these is passed over: later versions print more. */
export function claudeStream(options: { readonly model: string | null; readonly prices: PriceTable }): ClaudeStream {
  const spent = new Map<string, Usage>();
  const tools = new Map<string, { readonly name: string; readonly input: unknown }>();
  let model = options.model;
  let result: Result | null = null;

  /** Every answer so far: a sum of what the last line said of each. */
  const used = (): Usage => {
    const sum = [...spent.values()].reduce(plus, NOTHING);
    return { ...sum, usd: model === null ? null : costOf(sum, model, options.prices) };
  };
  const assistant = ({ message }: Extract<Line, { readonly type: "assistant" }>, talk: Talk): void => {
    for (const block of message.content) {
      if (block.type === "text" && typeof block.text === "string") talk.push({ type: "text", text: block.text });
      if (block.type === "tool_use" && typeof block.id === "string" && typeof block.name === "string")
        tools.set(block.id, { name: block.name, input: block.input });
    }
    // One answer comes in several lines, a block each, with the same id.
    if (!spent.has(message.id)) talk.push({ type: "turn", n: spent.size + 1 });
    spent.set(message.id, tokensOf(message.usage));
    talk.push({ type: "usage", usage: used() });
  };
  const user = (content: readonly z.infer<typeof Block>[], talk: Talk): void => {
    for (const block of content) {
      const asked = block.type === "tool_result" ? tools.get(String(block.tool_use_id)) : undefined;
      if (asked === undefined) continue;
      const [output, ok] = [textOf(block.content), block.is_error !== true];
      talk.push(toolEvent(asked.name, asked.input, output, ok));
    }
  };
  return {
    hear(text, talk) {
      const line = lineOf(text);
      switch (line?.type) {
        case "system":
          if (line.subtype === "init") model = line.model ?? model;
          if (line.subtype !== "api_retry") return;
          talk.push({
            type: "retry",
            attempt: line.attempt ?? 0,
            inMs: line.retry_delay_ms ?? 0,
            status: line.error_status ?? null,
          });
          // It would go on trying for more than a minute.
          if (line.error_status === 401 || line.error === "authentication_failed")
            talk.stop("auth", "the credential was refused (401)");
          return;
        case "assistant":
          return assistant(line, talk);
        case "user":
          return typeof line.message.content === "string" ? undefined : user(line.message.content, talk);
        case "result": {
          result = line;
          const usage = line.usage === undefined ? used() : { ...tokensOf(line.usage), usd: used().usd };
          talk.push({ type: "usage", usage: { ...usage, usd: line.total_cost_usd ?? usage.usd } });
          const denied = [...new Set(line.permission_denials.map(({ tool_name: name }) => name))];
          if (denied.length > 0) talk.push({ type: "note", text: `It was not allowed to use ${denied.join(", ")}.` });
        }
      }
    },
    end: () => (result === null ? null : endOf(result)),
  };
}

const toolEvent = (name: string, input: unknown, output: string, ok: boolean): AgentEvent => ({
  type: "tool",
  name,
  input: inWords(input),
  output: output.slice(0, 20_000),
  ok,
  hash: toolHash(name, input),
  resultHash: resultHash(ok, output),
});

function lineOf(text: string): Line | null {
  try {
    return Line.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Tokens only: what they cost is reckoned of their sum. */
const tokensOf = (tokens: z.infer<typeof Tokens> | undefined): Usage => ({
  inputTokens: tokens?.input_tokens ?? 0,
  outputTokens: tokens?.output_tokens ?? 0,
  cacheReadTokens: tokens?.cache_read_input_tokens ?? 0,
  cacheWriteTokens: tokens?.cache_creation_input_tokens ?? 0,
  usd: null,
});
const NOTHING = tokensOf(undefined);

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((block) => (typeof block?.text === "string" ? block.text : "")).join("\n");
}

/**
 * The subtype is not to be trusted: a refused key and a prompt that is too long are both a "success". `is_error`, the reason
 * and the status are.
 */
function endOf({ subtype, is_error, result, terminal_reason, api_error_status }: Result): ProcessEnd {
  const say = (reason: EndReason, error: string | null): ProcessEnd => ({ reason, error, resetAt: null });
  const words = (result ?? "").slice(0, 500) || `it ended with ${subtype}`;
  if (subtype === "error_max_turns" || terminal_reason === "max_turns") return say("turn_limit", words);
  if (subtype === "error_max_budget_usd" || terminal_reason === "budget_exhausted") return say("budget", words);
  if (terminal_reason === "prompt_too_long") return say("context_full", words);
  if (!is_error) return say("done", null);
  if (api_error_status === 401 || /\b401\b|invalid api key|\/login/i.test(words)) return say("auth", words);
  if (
    api_error_status === 429 ||
    api_error_status === 529 ||
    /\b(?:429|529)\b|overloaded|(?:rate|usage|session|weekly|hour).limit|hit your limit|quota/i.test(words)
  )
    return { reason: "rate_limited", error: words, resetAt: resetIn(words, new Date()) };
  return say("crashed", words);
}
