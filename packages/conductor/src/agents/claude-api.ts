/** Claude over the Messages API, with our own loop and our own tools. */
import type Anthropic from "@anthropic-ai/sdk";
import type {
  AgentAdapter,
  AgentEvent,
  AgentInfo,
  AgentSession,
  EndReason,
  Hold,
  OpenOptions,
} from "../model/agent.ts";
import { type PriceTable, priceOf } from "../model/price.ts";
import { asks } from "./asks.ts";
import type { RetryPolicy } from "./call-model.ts";
import { converse } from "./conversation.ts";
import { eventQueue } from "./event-queue.ts";
import { readModelError } from "./model-error.ts";
import { openTranscript } from "./transcript.ts";
import { type WallClock, wallClock } from "./wall-clock.ts";

export interface ClaudeApiConfig {
  readonly kind: "claude-api";
  readonly id: string;
  readonly model: string;
  /** null = the API's own address. */
  readonly baseUrl: string | null;
  /** Empty when there is none. */
  readonly apiKey: string;
  /** Of one answer. */
  readonly maxTokens: number;
  readonly prices: PriceTable;
  readonly retry: RetryPolicy;
  /** Who pays, in words; null = the key, by its last four characters. */
  readonly paidBy: string | null;
  /** The node program of this machine (process.execPath): it runs the file tools inside the confinement. */
  readonly nodePath: string;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
}

/** An adapter for one model. */
export const claudeApiAgent = (config: ClaudeApiConfig): AgentAdapter => ({
  id: config.id,
  kind: "claude-api",
  probe: () => probe(config),
  open: (options) => open(config, options),
});

/** The SDK takes a while to load, so only those who call a model load it. It reads no environment of its own here. */
async function clientOf(config: ClaudeApiConfig): Promise<Anthropic> {
  const { default: Client } = await import("@anthropic-ai/sdk");
  return new Client({
    apiKey: config.apiKey,
    authToken: null,
    baseURL: config.baseUrl ?? "https://api.anthropic.com",
    maxRetries: 0,
    logLevel: "off",
  });
}

async function probe(config: ClaudeApiConfig): Promise<AgentInfo> {
  const { VERSION } = await import("@anthropic-ai/sdk/version");
  const problem = config.apiKey === "" ? "There is no API key: set ANTHROPIC_API_KEY." : await problemOf(config);
  return {
    id: config.id,
    kind: "claude-api",
    name: "Claude API",
    version: VERSION,
    ready: problem === null,
    problem,
    model: config.model,
    paidBy: config.paidBy ?? (config.apiKey === "" ? "nobody" : `API key ...${config.apiKey.slice(-4)}`),
    features: {
      resume: false,
      questions: true,
      usage: priceOf(config.model, config.prices) === null ? "tokens" : "tokens+cost",
    },
  };
}

/** Asks the API for the model, which costs nothing. */
async function problemOf(config: ClaudeApiConfig): Promise<string | null> {
  try {
    const client = await clientOf(config);
    await client.models.retrieve(config.model, {}, { timeout: 10_000 });
    return null;
  } catch (error) {
    const verdict = readModelError(error, new Date());
    if (verdict.kind === "end" && verdict.reason === "auth")
      return `The API refused the key ending in ${config.apiKey.slice(-4)}: ${verdict.error}`;
    // Its key is good; a run that begins now waits until the limit is over, as one that meets it later does.
    if (verdict.kind === "retry" && verdict.reason === "rate_limited") return null;
    const status: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "status") : null;
    if (status === 404) return `The API knows no model ${config.model}: set another one in your config.`;
    if (typeof status === "number" && status >= 400 && status < 500 && status !== 429) return null;
    return `The API could not be reached: ${verdict.error}`;
  }
}

async function open(config: ClaudeApiConfig, options: OpenOptions): Promise<AgentSession> {
  const queue = eventQueue<AgentEvent>();
  const questions = asks();
  const nudges: string[] = [];
  const stopping = new AbortController();
  let why: { readonly reason: EndReason; readonly error: string | null } | null = null;
  let over = false;
  const stop = (reason: EndReason, error: string | null): void => {
    why ??= { reason, error };
    // Whoever wants it ended at once wants that of its commands.
    stopping.abort(options.signal.reason);
    questions.release();
  };
  const client = await clientOf(config);
  const transcript = await openTranscript(options.transcriptPath, {
    limitBytes: options.limits.outputBytes,
    secrets: options.secrets,
  });
  transcript.add("conductor", { brief: options.brief, model: config.model });
  const cancelled = (): void => stop("cancelled", null);
  options.signal.addEventListener("abort", cancelled);
  if (options.signal.aborted) cancelled();
  const wall = wallClock(options.limits.wallMs, () => stop("timeout", "it did not end in the time it was given"));

  const finished = converse({
    options: options.hold === undefined ? options : { ...options, hold: uncounted(options.hold, wall) },
    client,
    model: config.model,
    price: priceOf(config.model, config.prices),
    maxTokens: config.maxTokens,
    retry: config.retry,
    nodePath: config.nodePath,
    random: config.random,
    asks: questions,
    transcript,
    emit: queue.push,
    takeNudges: () => nudges.splice(0),
    signal: stopping.signal,
    stop,
  })
    .catch((error: unknown) => ({
      reason: "crashed" as const,
      error: error instanceof Error ? error.message : String(error),
      resetAt: null,
    }))
    .then(async (end) => {
      over = true;
      wall.stop();
      options.signal.removeEventListener("abort", cancelled);
      questions.release();
      const ended = end.reason === "cancelled" && why !== null ? why : end;
      const { reason } = ended;
      const error =
        reason === "auth" ? `${ended.error}, for the key ending in ${config.apiKey.slice(-4)}` : ended.error;
      transcript.add("conductor", { end: reason, error });
      await transcript.close();
      queue.push({ type: "end", reason, error, resetAt: end.resetAt });
      queue.close();
    });

  return {
    events: queue.events,
    backlog: queue.backlog,
    process: null,
    async reply(askId, answer) {
      transcript.add("person", { ask: askId, answer });
      questions.reply(askId, answer);
    },
    async nudge(text) {
      if (over) return false;
      transcript.add("conductor", { nudge: text });
      nudges.push(text);
      return true;
    },
    async cancel() {
      stop("cancelled", null);
      await finished;
    },
  };
}

/** While the provider keeps a conversation waiting, none of its own time runs. */
const uncounted = (hold: Hold, wall: WallClock): Hold => ({
  ...hold,
  async free(signal) {
    wall.pause();
    try {
      return await hold.free(signal);
    } finally {
      wall.go();
    }
  },
});
