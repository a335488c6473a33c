/** A planner that asks a Claude model over the Messages API, level by level. */
import type { LeftOut, PlanTask, Requirement } from "../../../model/plan.ts";
import { costOf, type PriceTable } from "../../../model/price.ts";
import { slugOf } from "../../slug.ts";
import type { PlanDraft, PlanInput, Planner, PlanProgress } from "../planner.ts";
import { answerSchema, type PlanAnswer, readAnswer, type TaskAnswer } from "./answer.ts";
import { type AskOptions, ask, type Question } from "./ask.ts";
import { type FoundQuote, quoteFinder } from "./find-quote.ts";
import { correctionPrompt, documentsPrompt, firstLevelPrompt, INSTRUCTIONS, splitPrompt } from "./prompt.ts";
import { RETRY_LIMITS, type RetryLimits } from "./retry.ts";

export interface ClaudePlannerOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Default: Anthropic's own. */
  readonly baseURL?: string;
  readonly prices?: PriceTable;
  readonly retry?: RetryLimits;
  /** A stream that says nothing for this long is given up and tried again. Default 120,000. */
  readonly idleMs?: number;
  /** Longest answer, in tokens. Default 32,000. */
  readonly maxTokens?: number;
  /** Calls at the same time while splitting. Default 4. */
  readonly concurrency?: number;
  /** No task is split once the plan has this many: each costs a round of gates. Default 200. */
  readonly maxTasks?: number;
}

/** Tasks from this complexity on are split. */
export const SPLIT_FROM = 6;

/**
 * Makes the planner. `plan` throws CREDENTIAL_MISSING (the key was refused), RATE_LIMITED and MODEL_ERROR; a plan is answered
 * whole or not at all. With a correction it asks once for the whole plan again.
 */
export function claudeApiPlanner(options: ClaudePlannerOptions): Planner {
  return {
    name: "claude-api",
    model: options.model,
    learns: true,
    plan: async (input) => {
      const asker = await askerOf(options, input);
      return input.correction === undefined
        ? planLevels(asker, input, options)
        : correct(asker, input, input.correction);
    },
  };
}

/** Asks questions that share a prefix, and counts. */
interface Asker {
  ask(text: string, level: number): Promise<PlanAnswer>;
  progress(level: number, tasks: number): void;
}

async function askerOf(options: ClaudePlannerOptions, input: PlanInput): Promise<Asker> {
  const { default: Anthropic } = await import("@anthropic-ai/sdk");
  const client = new Anthropic({
    apiKey: options.apiKey,
    authToken: null,
    baseURL: options.baseURL ?? "https://api.anthropic.com",
    maxRetries: 0,
    logLevel: "off",
  });
  const prefix = { instructions: INSTRUCTIONS, documents: documentsPrompt(input.documents, input.requirements) };
  const schema = answerSchema();
  const sum = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  let calls = 0;
  let known = 0;
  const report = (level: number, tasks: number, waiting?: PlanProgress["waiting"]) => {
    known = tasks;
    const usage = { ...sum, usd: costOf(sum, options.model, options.prices) };
    input.onProgress?.({ level, calls, tasks, usage, ...(waiting === undefined ? {} : { waiting }) });
  };
  return {
    progress: (level, tasks) => report(level, tasks),
    async ask(text, level) {
      const question: Question = { prefix, text, schema };
      const asking: AskOptions = {
        client,
        model: options.model,
        maxTokens: options.maxTokens ?? 32_000,
        idleMs: options.idleMs ?? 120_000,
        retry: options.retry ?? RETRY_LIMITS,
        signal: input.signal,
        onWait: (reason, inMs) => report(level, known, { reason, inMs }),
        onTokens: (tokens) => {
          calls += 1;
          sum.inputTokens += tokens.inputTokens;
          sum.outputTokens += tokens.outputTokens;
          sum.cacheReadTokens += tokens.cacheReadTokens;
          sum.cacheWriteTokens += tokens.cacheWriteTokens;
        },
      };
      return readAnswer(await ask(question, asking), options.model);
    },
  };
}

async function planLevels(asker: Asker, input: PlanInput, options: ClaudePlannerOptions): Promise<PlanDraft> {
  const find = quoteFinder(input.documents);
  // The first answer is complete before others are asked for: it fills the cache that they read from.
  const first = await asker.ask(firstLevelPrompt(input.maxDepth), 1);
  const requirements = moreRequirements(first, input.requirements, find);
  const known = new Set([...input.requirements, ...requirements].map(({ id }) => id));
  const convert = (answers: readonly TaskAnswer[], parent: string | null, taken: ReadonlySet<string>) =>
    tasksFrom(answers, parent, taken, known, find);
  let tasks = convert(
    first.tasks.map((task) => ({ ...task, parent: null })),
    null,
    new Set(),
  );
  asker.progress(1, tasks.length);
  let level = tasks;
  for (let depth = 2; depth <= input.maxDepth; depth += 1) {
    const large = level.filter((task) => (task.complexity ?? 0) >= SPLIT_FROM && !task.done);
    if (large.length === 0 || tasks.length >= (options.maxTasks ?? 200)) break;
    const soFar = tasks;
    const answers = await eachOf(large, options.concurrency ?? 4, async (task) => {
      const answer = await asker.ask(splitPrompt(task, soFar, depth < input.maxDepth), depth);
      return { task, answers: answer.tasks };
    });
    level = [];
    for (const { task, answers: parts } of answers) {
      if (parts.length < 2) continue;
      const children = convert(parts, task.key, new Set(tasks.map(({ key }) => key)));
      level.push(...children);
      tasks = insertAfter(tasks, task.key, children);
    }
    asker.progress(depth, tasks.length);
  }
  const nothing: readonly LeftOut[] = [];
  return { tasks, requirements, questions: first.questions, assumptions: first.assumptions, left_out: nothing };
}

async function correct(
  asker: Asker,
  input: PlanInput,
  { draft, problems }: NonNullable<PlanInput["correction"]>,
): Promise<PlanDraft> {
  const answer = await asker.ask(correctionPrompt(draft.tasks, problems, input.maxDepth), 0);
  const known = new Set([...input.requirements, ...draft.requirements].map(({ id }) => id));
  const find = quoteFinder(input.documents);
  const tasks = answer.tasks.map((task) => taskFrom(task, task.key, task.parent, task.depends_on, known, find));
  asker.progress(0, tasks.length);
  return { ...draft, tasks };
}

function moreRequirements(
  answer: PlanAnswer,
  given: readonly Requirement[],
  find: (quote: string) => FoundQuote | null,
): readonly Requirement[] {
  const taken = new Set(given.map(({ id }) => id));
  return answer.more_requirements.flatMap(({ id, level, text, quote }) => {
    const found = find(quote);
    if (found === null || taken.has(id) || id.trim() === "") return [];
    taken.add(id);
    return [{ id, level, text, acceptance: [], source: found.source, quote: found.quote }];
  });
}

/** Answers as tasks: keys under their parent's, references to siblings turned into those keys. */
function tasksFrom(
  answers: readonly TaskAnswer[],
  parent: string | null,
  taken: ReadonlySet<string>,
  known: ReadonlySet<string>,
  find: (quote: string) => FoundQuote | null,
): PlanTask[] {
  const keys = new Map<string, string>();
  const used = new Set(taken);
  const named = answers.map((answer) => {
    const own = slugOf(
      parent !== null && answer.key.startsWith(`${parent}.`) ? answer.key.slice(parent.length + 1) : answer.key,
    );
    const wanted = parent === null ? own : `${parent}.${own}`;
    let key = wanted;
    for (let n = 2; used.has(key); n += 1) key = `${wanted}-${n}`;
    used.add(key);
    if (!keys.has(answer.key)) keys.set(answer.key, key);
    return { answer, key };
  });
  return named.map(({ answer, key }) => {
    const after = answer.depends_on
      .map((other) => keys.get(other) ?? other)
      .filter((other) => other !== key && other !== parent);
    return taskFrom(answer, key, parent, after, known, find);
  });
}

function taskFrom(
  answer: TaskAnswer,
  key: string,
  parent: string | null,
  dependsOn: readonly string[],
  known: ReadonlySet<string>,
  find: (quote: string) => FoundQuote | null,
): PlanTask {
  const found = answer.source_quote === null ? null : find(answer.source_quote);
  const { type, acceptance, capabilities, questions, priority } = answer;
  return {
    key,
    parent,
    title: answer.title.trim().slice(0, 500),
    description: answer.description,
    type,
    acceptance,
    depends_on: [...new Set(dependsOn)],
    requirements: [...new Set(answer.requirements)].filter((id) => known.has(id)),
    capabilities,
    // A path that leaves the repository is no path of it.
    files: answer.files.filter((file) => file !== "" && !file.startsWith("/") && !file.split(/[\\/]/).includes("..")),
    estimate_minutes: answer.estimate_minutes === null ? null : Math.max(0, answer.estimate_minutes),
    complexity: Math.min(10, Math.max(1, answer.complexity)),
    priority,
    confidence: found === null ? "low" : answer.confidence,
    questions,
    source: found?.source ?? null,
    quote: found?.quote ?? null,
    // Done is what the document ticks, not what the model says.
    done: found?.ticked ?? false,
  };
}

const insertAfter = (tasks: readonly PlanTask[], key: string, children: readonly PlanTask[]): PlanTask[] =>
  tasks.flatMap((task) => (task.key === key ? [task, ...children] : [task]));

/** Runs over all items, so many at a time, answers in their order; after a failure no further one is begun. */
async function eachOf<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const todo = [...items.entries()];
  const worker = async () => {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      try {
        results[next[0]] = await run(next[1]);
      } catch (error) {
        todo.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return results;
}
