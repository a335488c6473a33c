/** A planner that asks a model, level by level; how the model is reached is the transport's. */
import { createHash } from "node:crypto";
import type { PlanTask } from "../../../model/plan.ts";
import { costOf, type PriceTable } from "../../../model/price.ts";
import type { PlanDraft, PlanInput, Planner, PlanProgress } from "../planner.ts";
import { answerSchema, type PlanAnswer, readAnswer } from "./answer.ts";
import type { AnswerStore } from "./answer-store.ts";
import { type AskOptions, ask } from "./ask.ts";
import { eachOf } from "./each-of.ts";
import { quoteFinder } from "./find-quote.ts";
import {
  correctionPrompt,
  firstLevelPrompt,
  INSTRUCTIONS,
  prefixOf,
  revisionPrompt,
  type Split,
  splitPrompt,
  splitWords,
  TASKS_PER_CALL,
} from "./prompt.ts";
import type { Question, Transport } from "./question.ts";
import { RETRY_LIMITS, type RetryLimits } from "./retry.ts";
import { type LastLevel, revised, revisionOf } from "./revise.ts";
import { partAround, placeOf, spansOf } from "./spans.ts";
import { type Known, type Made, moreRequirements, taskFrom, tasksFrom } from "./tasks-from.ts";
import { errorOf } from "./trouble.ts";

export interface ModelPlannerOptions {
  readonly transport: Transport;
  readonly prices?: PriceTable;
  readonly retry?: RetryLimits;
  /** Keeps answers over runs. Default: nothing is kept. */
  readonly store?: AnswerStore;
  /** No task is split once the plan has this many: each costs a round of gates. Default 200. */
  readonly maxTasks?: number;
}

/** Most tasks of a plan that a model makes. */
export const MAX_TASKS = 200;

/**
 * Makes the planner. `plan` throws CREDENTIAL_MISSING (the credential was refused), RATE_LIMITED and MODEL_ERROR; a plan is
 * answered whole or not at all, and what was answered until then is kept in the store. With a correction it asks once for the
 * whole plan again.
 */
export function modelPlanner(options: ModelPlannerOptions): Planner {
  const used = new Set<string>();
  return {
    name: options.transport.name,
    model: options.transport.model,
    learns: true,
    plan: async (input) => {
      const asker = askerOf(options, input, used);
      return input.correction === undefined
        ? planLevels(asker, input, options)
        : correct(asker, input, input.correction);
    },
    async reject() {
      await options.store?.forget([...used]);
      used.clear();
    },
  };
}

/** What a question is about, for its key and for people. */
interface About {
  readonly level: number;
  /** The task that is decomposed; null = the documents. */
  readonly title: string | null;
  /** Everything that the answer depends on besides model, instructions and shape. */
  readonly dependsOn: readonly string[];
}

/** Asks questions that share a prefix, keeps their answers, and counts. */
interface Asker {
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

function askerOf(options: ModelPlannerOptions, input: PlanInput, used: Set<string>): Asker {
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

async function planLevels(asker: Asker, input: PlanInput, options: ModelPlannerOptions): Promise<PlanDraft> {
  const { documents, maxDepth } = input;
  const find = quoteFinder(documents);
  const first = await firstLevel(asker, input, find);
  const requirements = moreRequirements(first, input.requirements, find);
  const known: Known = {
    requirements: new Set([...input.requirements, ...requirements].map(({ id }) => id)),
    find,
    files: input.repository?.files ?? null,
  };
  let made: readonly Made[] = tasksFrom(
    first.tasks.map((task) => ({ ...task, parent: null })),
    null,
    new Set(),
    known,
  );
  asker.progress(1, made.length);
  const most = options.maxTasks ?? MAX_TASKS;
  const texts = new Map([...input.requirements, ...requirements].map(({ id, text }) => [id, text]));
  let level = made;
  for (let depth = 2; depth <= maxDepth; depth += 1) {
    const large = roomFor(
      level.filter((one) => one.large !== null),
      most - made.length,
    );
    if (large.length === 0) break;
    const tasks = made.map(({ task }) => task);
    const share = Math.max(2, Math.min(TASKS_PER_CALL, Math.floor((most - made.length) / large.length)));
    const answers = await eachOf(large, options.transport.atOnce, async ({ task, large: why }) => {
      const split: Split = {
        task,
        why: why ?? "",
        above: ancestorsOf(task, tasks),
        mayBeSplit: depth < maxDepth,
        most: share,
      };
      const dependsOn = [
        // How many parts there is room for says nothing about the document.
        splitWords({ ...split, most: 0 }),
        wordsFor(task, documents, texts),
      ];
      const { answer, kept } = await asker.ask(splitPrompt(split, tasks), {
        level: depth,
        title: task.title,
        dependsOn,
      });
      return { task, parts: answer.tasks, kept };
    });
    const next: Made[] = [];
    for (const { task, parts, kept } of answers) {
      if (parts.length < 2) made = made.map((one) => (one.task === task ? { ...one, large: null } : one));
      if (parts.length < 2 || made.length + parts.length > most) continue;
      const taken = new Set(made.map((one) => one.task.key));
      const children = tasksFrom(parts, task.key, taken, known);
      next.push(...(kept ? withoutGone(children, taken) : children));
      made = insertAfter(made, task.key, next.slice(-children.length));
    }
    level = next;
    asker.progress(depth, made.length);
  }
  return {
    tasks: made.map(({ task }) => task),
    requirements,
    questions: first.questions,
    assumptions: [...first.assumptions, ...made.flatMap(({ remarks }) => remarks), ...stillLarge(made, maxDepth, most)],
    left_out: [],
  };
}

/** The first level: as it was kept, or what a change means for that of before, or from the beginning. */
async function firstLevel(asker: Asker, input: PlanInput, find: Known["find"]): Promise<PlanAnswer> {
  const { documents, requirements, maxDepth } = input;
  const spans = spansOf(documents);
  const dependsOn = [
    "first",
    String(maxDepth),
    ...documents.flatMap(({ path, sha256 }) => [path, sha256]),
    JSON.stringify(requirements.map(({ id, level, text }) => [id, level, text])),
  ];
  const last = await asker.last();
  const revision = last === null ? null : revisionOf(last, spans, find);
  const about: About = { level: 1, title: null, dependsOn };
  const { answer } =
    last === null || revision === null
      ? await asker.ask(firstLevelPrompt(maxDepth), about)
      : await asker.ask(revisionPrompt(last.answer, revision, maxDepth), about, (change) =>
          revised(last.answer, revision, change, find, documents),
        );
  await asker.keepLast({ spans: spans.map(({ hash }) => hash), answer });
  return answer;
}

/** What a task was made from: the parts of the documents around its quote and its requirements; without any, all of them. */
function wordsFor(
  task: PlanTask,
  documents: PlanInput["documents"],
  requirements: ReadonlyMap<string, string>,
): string {
  const at = task.source === null ? null : placeOf(task.source, documents);
  const part = at === null ? documents.map(({ text }) => text).join("\n") : partAround(at.document, at.span);
  return JSON.stringify([part, ...task.requirements.map((id) => requirements.get(id) ?? "")]);
}

async function correct(
  asker: Asker,
  input: PlanInput,
  { draft, problems }: NonNullable<PlanInput["correction"]>,
): Promise<PlanDraft> {
  const text = correctionPrompt(draft.tasks, problems, input.maxDepth);
  const dependsOn = ["correction", text, ...input.documents.map((document) => document.text)];
  const { answer } = await asker.ask(text, { level: 0, title: null, dependsOn });
  const there = input.repository?.files ?? null;
  const known: Known = {
    requirements: new Set([...input.requirements, ...draft.requirements].map(({ id }) => id)),
    find: quoteFinder(input.documents),
    // What the draft names was looked at already; its new files are no less new now.
    files: there === null ? null : new Set([...there, ...draft.tasks.flatMap(({ files }) => files)]),
  };
  const made = answer.tasks.map((task) =>
    taskFrom(task, { key: task.key, parent: task.parent, dependsOn: task.depends_on }, known),
  );
  asker.progress(0, made.length);
  return {
    ...draft,
    tasks: made.map(({ task }) => task),
    assumptions: [...new Set([...draft.assumptions, ...made.flatMap(({ remarks }) => remarks)])],
  };
}

/** As many as there is room for two parts each, the first in the document first. */
const roomFor = (large: readonly Made[], room: number): readonly Made[] =>
  large.slice(0, Math.max(0, Math.floor(room / 2)));

function ancestorsOf(task: PlanTask, tasks: readonly PlanTask[]): readonly PlanTask[] {
  const above: PlanTask[] = [];
  for (let at = task.parent; at !== null; at = above[0]?.parent ?? null) {
    const parent = tasks.find(({ key }) => key === at);
    if (parent === undefined) break;
    above.unshift(parent);
  }
  return above;
}

/** A kept answer may name tasks that the plan no longer has: what they were needed for is gone with them. */
function withoutGone(children: readonly Made[], taken: ReadonlySet<string>): readonly Made[] {
  const keys = new Set([...taken, ...children.map(({ task }) => task.key)]);
  return children.map((one) => ({
    ...one,
    task: { ...one.task, depends_on: one.task.depends_on.filter((key) => keys.has(key)) },
  }));
}

/** More levels than this cannot be asked for. */
const DEEPEST = 10;
/** So many are named. */
const NAMED = 6;

/** One remark for all that ended on the deepest level, and one for all that the ceiling left whole. */
function stillLarge(made: readonly Made[], maxDepth: number, most: number): readonly string[] {
  const tasks = made.map(({ task }) => task);
  const parents = new Set(tasks.map(({ parent }) => parent));
  const whole = made.filter(({ task, large }) => large !== null && !parents.has(task.key));
  const isDeepest = ({ task }: Made): boolean => ancestorsOf(task, tasks).length + 1 >= maxDepth;
  const remark = (some: readonly Made[], why: string): readonly string[] => {
    if (some.length === 0) return [];
    const named = some.slice(0, NAMED).map(({ task, large }) => `${task.key} (${large})`);
    const more = some.length > NAMED ? ` and ${some.length - NAMED} more` : "";
    return [`still large, and not split, as ${why}: ${named.join(", ")}${more}`];
  };
  return [
    ...remark(
      whole.filter(isDeepest),
      `there ${maxDepth === 1 ? "is 1 level" : `are ${maxDepth} levels`}${maxDepth < DEEPEST ? ` (--max-depth ${maxDepth + 1} goes deeper)` : ""}`,
    ),
    ...remark(
      whole.filter((one) => !isDeepest(one)),
      `a plan has at most ${most} tasks`,
    ),
  ];
}

const insertAfter = (made: readonly Made[], key: string, children: readonly Made[]): readonly Made[] =>
  made.flatMap((one) => (one.task.key === key ? [one, ...children] : [one]));
