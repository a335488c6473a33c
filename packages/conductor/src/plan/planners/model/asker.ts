/** The questions of one planning: asked in turn, kept, counted. */
import { createHash } from "node:crypto";
import { WerkError } from "@taskwerk/contract/errors";
import { estimatedTokens } from "../../../model/affordable-output.ts";
import { costOf, type PriceTable, priceOf } from "../../../model/price.ts";
import type { PlanInput, PlanProgress } from "../planner.ts";
import { answerSchema, type PlanAnswer, readAnswer } from "./answer.ts";
import type { AnswerStore } from "./answer-store.ts";
import { type AskOptions, ask } from "./ask.ts";
import { INSTRUCTIONS, prefixOf } from "./prompt.ts";
import { type Purse, purseOf } from "./purse.ts";
import type { PrefixBlock, Question, Transport } from "./question.ts";
import { RETRY_LIMITS, type RetryLimits } from "./retry.ts";
import type { LastLevel } from "./revise.ts";
import { errorOf } from "./trouble.ts";

/** Whom it asks, and with which bounds. */
export interface AskerOptions {
  readonly transport: Transport;
  readonly prices?: PriceTable;
  readonly retry?: RetryLimits;
  /** Keeps answers over runs. Default: nothing is kept. */
  readonly store?: AnswerStore;
}

/** What a question is about, for its key and for people. */
export interface About {
  readonly level: number;
  /** The task that is decomposed; null = the documents. */
  readonly title: string | null;
  /** Everything that the answer depends on besides model, instructions and shape. */
  readonly dependsOn: readonly string[];
}

/** Asks questions that share a prefix, keeps their answers, and counts. */
export interface Asker {
  /**
   * The kept answer, else what `finish` makes of the model's. `text` may hold more than `dependsOn`, if that does not change the
   * answer.
   */
  ask(
    text: string,
    about: About,
    finish?: (answer: PlanAnswer) => PlanAnswer,
  ): Promise<{ readonly answer: PlanAnswer; readonly kept: boolean }>;
  /** The kept first level of these files, whatever they said then. */
  last(): Promise<LastLevel | null>;
  keepLast(last: LastLevel): Promise<void>;
  progress(level: number, tasks: number): void;
}

/** Makes it for one planning; the keys of the answers that it used or made are put into `used`. */
export function askerOf(options: AskerOptions, input: PlanInput, used: Set<string>): Asker {
  const { transport, store } = options;
  const { model } = transport;
  const prefix = prefixOf(input.documents, input.requirements, input.repository ?? null);
  const schema = answerSchema();
  const same = createHash("sha256")
    .update(JSON.stringify([transport.name, model, INSTRUCTIONS, schema]))
    .digest("hex");
  const lastKey = JSON.stringify(["last", same, input.maxDepth > 1, input.documents.map(({ path }) => path)]);
  const sum = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  let [calls, known, kept, answered] = [0, 0, 0, 0];
  let unkept = false;
  const report = (level: number, tasks: number, more: Pick<PlanProgress, "about" | "waiting"> = {}) => {
    known = tasks;
    const usage = { ...sum, usd: costOf(sum, model, options.prices) };
    input.onProgress?.({ level, calls, tasks, kept, answered, usage, ...(unkept ? { unkept } : {}), ...more });
  };
  const purse = purseFor(options, input, () => costOf(sum, model, options.prices) ?? 0);
  const prefixTokens = prefixTokensOf(prefix, input, schema);
  // A limit holds for the account, so for every question of it.
  const pause = { until: 0 };
  // The first answer is complete before others are asked for: it fills the provider's cache that they read from.
  let first: Promise<unknown> | null = null;
  let failed: { readonly error: unknown } | null = null;

  async function askModel(text: string, { level, title }: About): Promise<PlanAnswer> {
    const question: Question = { instructions: INSTRUCTIONS, prefix, text, schema };
    const asking: AskOptions = {
      retry: options.retry ?? RETRY_LIMITS,
      signal: input.signal,
      pause,
      pay: purse === null ? null : { purse, inputTokens: prefixTokens + estimatedTokens(text.length) },
      onWait: (reason, inMs) => report(level, known, { about: title, waiting: { reason, inMs } }),
      onTokens: (tokens) => {
        calls += 1;
        sum.inputTokens += tokens.inputTokens;
        sum.outputTokens += tokens.outputTokens;
        sum.cacheReadTokens += tokens.cacheReadTokens;
        sum.cacheWriteTokens += tokens.cacheWriteTokens;
      },
    };
    report(level, known, { about: title });
    try {
      const read = readAnswer(await ask(transport, question, asking));
      if (read.kind !== "answer") throw errorOf({ kind: "final", outcome: "other-shape", reason: read.reason }, model);
      answered += 1;
      return read.answer;
    } finally {
      report(level, known);
    }
  }

  async function inTurn(text: string, about: About): Promise<PlanAnswer> {
    // Without a wait where there is nothing to wait for: others would slip through it.
    if (first !== null) await first.catch(() => undefined);
    if (failed !== null) throw failed.error;
    const asked = askModel(text, about);
    first ??= asked;
    return asked.catch((error: unknown) => {
      failed ??= { error };
      throw error;
    });
  }

  return {
    progress: report,
    async ask(text, about, finish = (answer) => answer) {
      const key = JSON.stringify(["answer", same, ...about.dependsOn]);
      const there = readAnswer(await store?.get(key));
      used.add(key);
      if (there.kind === "answer") {
        kept += 1;
        return { answer: there.answer, kept: true };
      }
      const answer = finish(await inTurn(text, about));
      if (store !== undefined && !(await store.put(key, answer))) unkept = true;
      return { answer, kept: false };
    },
    async last() {
      used.add(lastKey);
      const there = (await store?.get(lastKey)) as Partial<LastLevel> | undefined;
      const read = readAnswer(there?.answer);
      const spans = there?.spans;
      return read.kind === "answer" && Array.isArray(spans) ? { spans, answer: read.answer } : null;
    },
    async keepLast(last) {
      await store?.put(lastKey, last);
    },
  };
}

/** The purse of a planning that has a budget. Throws USAGE for a model without a price: a budget that cannot be measured is no limit. */
function purseFor(
  { transport: { model, maxTokens, requests }, prices }: AskerOptions,
  { budgetUsd }: PlanInput,
  spentUsd: () => number,
): Purse | null {
  if (budgetUsd === undefined) return null;
  const price = priceOf(model, prices);
  if (price === null)
    throw new WerkError("USAGE", `--budget cannot hold ${model}: there is no price for it.`, {
      hint: `Say what it costs, under prices in your config:  conductor config explain prices\nWithout a limit:  leave --budget out`,
      field: "budget",
    });
  return purseOf({ budgetUsd, price, spentUsd, wanted: maxTokens, requests });
}

/** Of a page of a PDF, which is seen as a picture, too. */
const PAGE_TOKENS = 3_000;

/** What every question of a planning begins with, estimated on the high side. */
function prefixTokensOf(prefix: readonly PrefixBlock[], { documents }: PlanInput, schema: object): number {
  const letters = prefix.reduce(
    (total, block) => total + (block.kind === "text" ? block.text.length : 0),
    INSTRUCTIONS.length + JSON.stringify(schema).length,
  );
  return documents.reduce(
    (total, { pdf, text, pages = [] }) =>
      pdf === undefined ? total : total + estimatedTokens(text.length) + Math.max(1, pages.length) * PAGE_TOKENS,
    estimatedTokens(letters),
  );
}
