/** What planning may cost, before anything is asked. Pure, and rough: nobody knows how much a model will write. */
import { costOf, type PriceTable } from "../../../model/price.ts";
import type { PlanInput } from "../planner.ts";
import { MAX_TASKS } from "./model-planner.ts";
import { INSTRUCTIONS, prefixOf, TASKS_PER_CALL } from "./prompt.ts";
import type { Tokens } from "./question.ts";

/** From least to most. `usd` null: there is no price for this model. */
export interface PlanningEstimate {
  readonly calls: readonly [number, number];
  readonly tokens: readonly [number, number];
  readonly usd: readonly [number, number] | null;
}

const LETTERS_PER_TOKEN = 4;
/** Of an answer, with what a model thinks before it. */
const TOKENS_PER_TASK = 300;
const SCHEMA_TOKENS = 900;
/** A page of a PDF is seen as text and as a picture. */
const PDF_FACTOR = 3;

/** At least one call for everything; at most every task split down to the last level, and the whole corrected once. */
export function estimatePlanning(input: PlanInput, model: string, prices?: PriceTable): PlanningEstimate {
  const letters = prefixOf(input.documents, input.requirements, input.repository ?? null).reduce(
    (sum, block) => sum + (block.kind === "text" ? block.text.length : 0),
    INSTRUCTIONS.length,
  );
  const pdf = input.documents.reduce((sum, { pdf: bytes, text }) => sum + (bytes === undefined ? 0 : text.length), 0);
  const prefix = Math.ceil((letters + pdf * PDF_FACTOR) / LETTERS_PER_TOKEN) + SCHEMA_TOKENS;
  const wanted = Math.max(1, input.requirements.length);
  const least = tokensOf(prefix, 1, Math.ceil(wanted / 4));
  let [level, calls, tasks] = [Math.min(TASKS_PER_CALL, Math.max(3, wanted)), 1, 0];
  tasks = level;
  for (let depth = 2; depth <= input.maxDepth && tasks < MAX_TASKS && level > 0; depth += 1) {
    // Half of what was made is too large once more, each of it four parts.
    const split = depth === 2 ? level : Math.ceil(level / 4);
    calls += split;
    level = Math.min(split * 4, MAX_TASKS - tasks);
    tasks += level;
  }
  // The correction reads the whole plan and writes it again.
  const most = tokensOf(prefix, calls + 1, tasks * 2);
  const [low, high] = [costOf(least, model, prices), costOf(most, model, prices)];
  return {
    calls: [1, calls + 1],
    tokens: [sumOf(least), sumOf(most)],
    usd: low === null || high === null ? null : [low, high],
  };
}

const tokensOf = (prefix: number, calls: number, tasks: number): Tokens => ({
  inputTokens: calls * 600,
  outputTokens: tasks * TOKENS_PER_TASK,
  cacheReadTokens: (calls - 1) * prefix,
  cacheWriteTokens: prefix,
});

const sumOf = (tokens: Tokens): number =>
  tokens.inputTokens + tokens.outputTokens + tokens.cacheReadTokens + tokens.cacheWriteTokens;
