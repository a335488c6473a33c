/** The loop of the claude-api agent: call, run the tools that were asked for, answer, until something ends it. */
import type Anthropic from "@anthropic-ai/sdk";
import { affordableOutput, estimatedTokens, outputWithin } from "../model/affordable-output.ts";
import type { AgentEvent, EndReason, OpenOptions } from "../model/agent.ts";
import { kindOfReason } from "../model/blocker.ts";
import { costOf, type Price } from "../model/price.ts";
import { NO_USAGE } from "../model/usage.ts";
import type { Asks } from "./asks.ts";
import { callModel, type ModelAnswer, type RetryPolicy, type Tokens } from "./call-model.ts";
import { resultHash, toolHash } from "./fingerprint.ts";
import { runTool, type ToolResult } from "./run-tool.ts";
import { SYSTEM_PROMPT } from "./system-prompt.ts";
import { readToolCall, type ToolCall, toolDefinitions } from "./tools.ts";
import type { Transcript } from "./transcript.ts";

export interface Conversation {
  readonly options: OpenOptions;
  readonly client: Anthropic;
  readonly model: string;
  /** null = unknown. */
  readonly price: Price | null;
  readonly maxTokens: number;
  readonly retry: RetryPolicy;
  readonly nodePath: string;
  readonly random: () => number;
  readonly asks: Asks;
  readonly transcript: Transcript;
  readonly emit: (event: AgentEvent) => void;
  /** Takes what was said to the agent meanwhile. */
  readonly takeNudges: () => readonly string[];
  readonly signal: AbortSignal;
  /** Aborts the signal and says why. */
  readonly stop: (reason: EndReason, error: string) => void;
}

export interface Ended {
  readonly reason: EndReason;
  readonly error: string | null;
  readonly resetAt: string | null;
}

const ended = (reason: EndReason, error: string | null = null): Ended => ({ reason, error, resetAt: null });

/** Answers cut at the token limit in a row that are continued. */
const MAX_CUT_ANSWERS = 3;
/** Answers in a row that were paused by the server. */
const MAX_PAUSES = 20;

/** Talks until the end and says how it ended. Throws only for faults of our own. */
export async function converse(talk: Conversation): Promise<Ended> {
  const tools = toolDefinitions();
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: talk.options.brief }];
  const meter = meterOf(talk);
  let cut = 0;
  let pauses = 0;
  for (let turn = 1; ; turn += 1) {
    if (talk.signal.aborted) return ended("cancelled");
    if (turn > talk.options.limits.turns) return ended("turn_limit", `it took ${talk.options.limits.turns} turns`);
    const maxTokens = meter.reserve(messages);
    if (maxTokens === null) return ended("budget", "the next call could cost more than is left of the budget");
    const answer = await ask(talk, { messages, tools, maxTokens }, meter);
    if (answer.kind === "ended") return answer;
    const { message } = answer;
    talk.transcript.add("model", message);
    for (const block of message.content) if (block.type === "tool_use") meter.write(JSON.stringify(block.input));
    if (talk.signal.aborted) return ended("cancelled");
    const content = message.content.filter((block) => block.type !== "tool_use" || message.stop_reason === "tool_use");
    const calls = content.filter((block) => block.type === "tool_use");
    if (content.length > 0) messages.push({ role: "assistant", content });
    cut = message.stop_reason === "max_tokens" ? cut + 1 : 0;
    pauses = message.stop_reason === "pause_turn" ? pauses + 1 : 0;
    const said: Anthropic.ContentBlockParam[] = [];
    let over: Ended | null = null;
    switch (message.stop_reason) {
      case "tool_use":
        for (const call of calls) {
          if (talk.signal.aborted) return ended("cancelled");
          said.push(await answerCall(talk, call));
        }
        if (calls.length === 0) over = ended("protocol", "the model stopped for a tool but called none");
        break;
      case "max_tokens":
        if (cut >= MAX_CUT_ANSWERS) over = ended("output_limit", `${cut} answers in a row were cut off`);
        else said.push({ type: "text", text: "Your answer was cut off at the token limit. Go on in smaller steps." });
        break;
      case "pause_turn":
        if (pauses >= MAX_PAUSES) over = ended("protocol", "the model paused too often");
        // Models that take no prefill refuse a conversation that ends with their own words.
        else said.push({ type: "text", text: "Go on." });
        break;
      case "refusal":
        over = ended("refused", textOf(message) || "the model refused");
        break;
      case "model_context_window_exceeded":
        over = ended("context_full", "the conversation no longer fits the model's context");
        break;
      default:
        over = ended("done");
    }
    talk.emit({ type: "turn", n: turn });
    if (talk.signal.aborted) return ended("cancelled");
    const nudges = over === null || over.reason === "done" ? talk.takeNudges() : [];
    for (const nudge of nudges) said.push({ type: "text", text: `A word from the person in charge: ${nudge}` });
    if (over !== null && nudges.length === 0) return over;
    if (said.length > 0) messages.push({ role: "user", content: said });
  }
}

/** What was used, and what may still be. */
function meterOf(talk: Conversation): {
  /** Output tokens that the next call may have; null when it is not to be made. */
  reserve(messages: readonly Anthropic.MessageParam[]): number | null;
  count(tokens: Tokens): void;
  /** Counts what the model wrote, and stops it when it was too much. */
  write(text: string): void;
} {
  let used = NO_USAGE;
  let last: { readonly tokens: number; readonly messages: number } = { tokens: 0, messages: 0 };
  let written = 0;
  let seen = 0;
  return {
    reserve(messages) {
      const { usd, tokens = null } = talk.options.limits;
      seen = messages.length;
      // With an unknown price no promise about money can be kept.
      if (usd !== null && talk.price === null) return null;
      if (usd === null && tokens === null) return talk.maxTokens;
      const fresh = messages.slice(last.messages);
      const head = last.messages === 0 ? SYSTEM_PROMPT.length + JSON.stringify(toolDefinitions()).length : 0;
      const input = last.tokens + estimatedTokens(JSON.stringify(fresh).length + head);
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = used;
      const spent = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
      const wanted = tokens === null ? talk.maxTokens : outputWithin(tokens - spent, input, talk.maxTokens);
      if (wanted === null || usd === null || talk.price === null) return wanted;
      return affordableOutput(talk.price, usd - (used.usd ?? 0), input, wanted);
    },
    count(tokens) {
      const sum = {
        inputTokens: used.inputTokens + tokens.inputTokens,
        outputTokens: used.outputTokens + tokens.outputTokens,
        cacheReadTokens: used.cacheReadTokens + tokens.cacheReadTokens,
        cacheWriteTokens: used.cacheWriteTokens + tokens.cacheWriteTokens,
      };
      const usd = talk.price === null ? null : costOf(sum, talk.model, { [talk.model]: talk.price });
      used = { ...sum, usd };
      last = {
        tokens: tokens.inputTokens + tokens.cacheReadTokens + tokens.cacheWriteTokens,
        messages: seen,
      };
      talk.emit({ type: "usage", usage: used });
    },
    write(text) {
      written += Buffer.byteLength(text);
      const { outputBytes } = talk.options.limits;
      if (written > outputBytes) talk.stop("output_limit", `it wrote more than ${outputBytes} bytes`);
    },
  };
}

function ask(
  talk: Conversation,
  {
    messages,
    tools,
    maxTokens,
  }: {
    readonly messages: Anthropic.MessageParam[];
    readonly tools: readonly Anthropic.Tool[];
    readonly maxTokens: number;
  },
  meter: ReturnType<typeof meterOf>,
): Promise<ModelAnswer> {
  return callModel({
    client: talk.client,
    params: {
      model: talk.model,
      max_tokens: maxTokens,
      // A breakpoint behind the part that all tasks share; the top-level one moves along with the conversation.
      system: [{ type: "text", text: SYSTEM_PROMPT, cache_control: { type: "ephemeral" } }],
      cache_control: { type: "ephemeral" },
      tools: [...tools],
      messages: [...messages],
    },
    idleMs: talk.options.limits.idleMs,
    retry: talk.retry,
    ...(talk.options.hold === undefined ? {} : { hold: talk.options.hold }),
    signal: talk.signal,
    now: () => new Date(),
    random: talk.random,
    onText: (text) => {
      talk.emit({ type: "text", text });
      meter.write(text);
    },
    mayTryAgain: () => (meter.reserve(messages) ?? 0) >= maxTokens,
    onRetry: (retry) => {
      talk.transcript.add("conductor", { retry });
      talk.emit({ type: "retry", attempt: retry.attempt, inMs: retry.inMs, status: retry.status });
    },
    onTokens: meter.count,
  });
}

async function answerCall(talk: Conversation, block: Anthropic.ToolUseBlock): Promise<Anthropic.ToolResultBlockParam> {
  const read = readToolCall(block.name, block.input);
  const result: ToolResult = read.ok ? await perform(talk, read.call) : { ok: false, output: read.error };
  talk.transcript.add("tool", { id: block.id, name: block.name, ...result });
  talk.emit({
    type: "tool",
    name: block.name,
    input: JSON.stringify(block.input).slice(0, 4_000),
    output: result.output,
    ok: result.ok,
    hash: toolHash(block.name, block.input),
    resultHash: resultHash(result.ok, result.output),
  });
  return { type: "tool_result", tool_use_id: block.id, content: result.output || "(nothing)", is_error: !result.ok };
}

async function perform(talk: Conversation, call: ToolCall): Promise<ToolResult> {
  const { options } = talk;
  switch (call.name) {
    case "bash":
    case "read":
    case "edit":
    case "search":
      return runTool(call, {
        workspace: options.workspace,
        confinement: options.confinement,
        env: { CONDUCTOR_TASK: options.task.id },
        nodePath: talk.nodePath,
        marker: options.marker,
        signal: talk.signal,
      });
    case "task_get":
      return { ok: true, output: JSON.stringify({ ...options.task, brief: options.brief }) };
    case "task_note":
      talk.emit({ type: "note", text: call.input.text });
      return { ok: true, output: "Noted." };
    case "ask_human": {
      const { question: text, options: choices = [], default: fallback = null, reversible = false } = call.input;
      const { id, answer } = talk.asks.open();
      talk.emit({ type: "ask", id, question: { text, options: choices, default: fallback, reversible } });
      const said = await answer;
      return said === null ? { ok: false, output: "Nobody answered." } : { ok: true, output: said };
    }
    case "report_blocker":
      talk.emit({
        type: "blocker",
        kind: call.input.kind ?? kindOfReason(call.input.reason),
        reason: call.input.reason,
      });
      return { ok: true, output: "Recorded. Commit what is worth keeping and end your turn." };
    case "claim_done":
      talk.emit({ type: "claim_done", evidence: call.input.evidence });
      return { ok: true, output: "Recorded. The gates are run on what you committed; end your turn." };
  }
}

const textOf = (message: Anthropic.Message): string =>
  message.content
    .map((block) => (block.type === "text" ? block.text : ""))
    .join("")
    .slice(0, 1_000);
