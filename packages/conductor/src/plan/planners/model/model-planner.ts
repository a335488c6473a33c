/** A planner that asks a model, level by level; how the model is reached is the transport's. */
import type { PlanTask } from "../../../model/plan.ts";
import type { PlanDraft, PlanInput, Planner } from "../planner.ts";
import type { PlanAnswer } from "./answer.ts";
import { type About, type Asker, type AskerOptions, askerOf } from "./asker.ts";
import { eachOf } from "./each-of.ts";
import { quoteFinder } from "./find-quote.ts";
import {
  correctionPrompt,
  firstLevelPrompt,
  revisionPrompt,
  type Split,
  splitPrompt,
  splitWords,
  TASKS_PER_CALL,
} from "./prompt.ts";
import { revised, revisionOf } from "./revise.ts";
import { partAround, placeOf, spansOf } from "./spans.ts";
import { type Known, type Made, moreRequirements, taskFrom, tasksFrom } from "./tasks-from.ts";

/** How a model plans. */
export interface ModelPlannerOptions extends AskerOptions {
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
