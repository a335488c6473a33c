/**
 * A plan brought up to documents that have changed. Pure. A merge of three: what the documents gave before, what people made of
 * it, and what the documents give now. Field by field, what only one side changed is taken; where both did, people have the say.
 */
import { isDeepStrictEqual } from "node:util";
import type { Plan, PlanTask, Requirement } from "../model/plan.ts";
import { mergeByName, mergeItems, mergeTexts } from "./merge.ts";
import { pairUp } from "./pair-up.ts";

/** A plan that follows its documents. */
export interface Rebased {
  readonly plan: Plan;
  /** What the documents give now, with the ids and keys of the plan: what the next merge starts from. */
  readonly made: Plan;
}

/**
 * `made`: what a planner made of the documents before; null where that is not known: then a task or requirement whose words are
 * the same is taken for people's work, and one whose words differ for the documents'. Ids and keys of what is only worded anew
 * stay, so that tasks in taskwerk stay the same tasks.
 */
export function rebasePlan(standing: Plan, draft: Plan, made: Plan | null): Rebased {
  const now = withOldNames(made ?? standing, standing, draft);
  const before = made ?? guessed(standing, now);
  const { left_out, hidden } = draft;
  const requirements = mergeByName(
    before.requirements,
    standing.requirements,
    now.requirements,
    ({ id }) => id,
    mergeRequirement,
  );
  const gone = new Set([...standing.requirements, ...now.requirements].map(({ id }) => id));
  for (const { id } of requirements) gone.delete(id);
  const plan: Plan = {
    ...standing,
    planner: draft.planner,
    sources: draft.sources,
    requirements,
    // A person's task may serve what the documents dropped, and one of the documents what a person dropped.
    tasks: sound(mergeTasks(before, standing, now), standing.tasks, now).map((task) => ({
      ...task,
      requirements: task.requirements.filter((id) => !gone.has(id)),
    })),
    non_goals: mergeTexts(before.non_goals, standing.non_goals, now.non_goals),
    questions: mergeTexts(before.questions, standing.questions, now.questions).filter(
      (text) => standing.questions.includes(text) || !isAnswered(standing, text),
    ),
    assumptions: mergeTexts(before.assumptions, standing.assumptions, now.assumptions),
    ...(left_out === undefined ? {} : { left_out }),
    ...(hidden === undefined ? {} : { hidden }),
  };
  return { plan, made: { ...now, id: standing.id } };
}

const isAnswered = ({ assumptions }: Plan, question: string): boolean =>
  assumptions.some((text) => text.startsWith(`${question} `));

/** The draft with the ids and keys that its requirements and tasks had when they were worded otherwise. */
function withOldNames(made: Plan, standing: Plan, draft: Plan): Plan {
  const known = <T>(some: readonly T[], others: readonly T[], nameOf: (one: T) => string): readonly T[] => {
    const names = new Set(some.map(nameOf));
    return [...some, ...others.filter((one) => !names.has(nameOf(one)))];
  };
  const ids = pairUp(
    known(made.requirements, standing.requirements, ({ id }) => id),
    draft.requirements,
    {
      nameOf: ({ id }) => id,
      wordsOf: ({ text }) => text,
      quoteOf: ({ quote }) => quote,
      isNamed: ({ id, quote }) => quote.includes(id),
    },
  );
  const idOf = (id: string): string => ids.get(id) ?? id;
  const drafted = draft.tasks.map((task) => ({ ...task, requirements: task.requirements.map(idOf) }));
  const keys = pairUp(
    known(made.tasks, standing.tasks, ({ key }) => key),
    drafted,
    {
      nameOf: ({ key }) => key,
      wordsOf: ({ title, quote }) => quote ?? title,
      quoteOf: ({ quote }) => quote ?? "",
      isNamed: ({ key, quote }) => quote?.toLowerCase().includes(key) === true,
      sameAs: (one, other) => one.requirements.length > 0 && isDeepStrictEqual(one.requirements, other.requirements),
    },
  );
  const keyOf = (key: string): string => keys.get(key) ?? key;
  return {
    ...draft,
    requirements: draft.requirements.map((requirement) => ({ ...requirement, id: idOf(requirement.id) })),
    tasks: drafted.map((task) => ({
      ...task,
      key: keyOf(task.key),
      parent: task.parent === null ? null : keyOf(task.parent),
      depends_on: task.depends_on.map(keyOf),
    })),
  };
}

/** What the documents may have given before, where nobody wrote it down. */
function guessed(standing: Plan, now: Plan): Plan {
  const oldQuotes = new Map(standing.requirements.map(({ id, quote }) => [id, quote]));
  const newQuotes = new Map(now.requirements.map(({ id, quote }) => [id, quote]));
  const sameWords = (id: string): boolean => oldQuotes.has(id) && oldQuotes.get(id) === newQuotes.get(id);
  const freshTasks = new Map(now.tasks.map((task) => [task.key, task]));
  const freshQuotes = new Set(now.tasks.flatMap(({ quote }) => (quote === null ? [] : [quote])));
  const groups = new Set(now.tasks.map(({ parent }) => parent));
  const there = new Set(standing.tasks.map(({ key }) => key));
  const keptTasks = standing.tasks.flatMap((task): readonly PlanTask[] => {
    const fresh = freshTasks.get(task.key);
    if (fresh === undefined) return task.quote === null || freshQuotes.has(task.quote) ? [] : [task];
    if (fresh.quote !== task.quote) return [task];
    // Of what it serves, the ids that are new or gone are the documents' doing.
    const gone = task.requirements.filter((id) => oldQuotes.get(id) !== "" && !newQuotes.has(id));
    return [{ ...fresh, requirements: [...fresh.requirements.filter((id) => oldQuotes.has(id)), ...gone] }];
  });
  const droppedTasks = now.tasks.filter(
    (task) =>
      !there.has(task.key) &&
      !groups.has(task.key) &&
      task.requirements.length > 0 &&
      task.requirements.every(sameWords),
  );
  const freshRequirements = new Map(now.requirements.map((one) => [one.id, one]));
  return {
    ...standing,
    requirements: standing.requirements.flatMap((one) => {
      const fresh = freshRequirements.get(one.id);
      if (fresh === undefined) return one.quote === "" ? [] : [one];
      return [fresh.quote === one.quote ? fresh : one];
    }),
    tasks: [...keptTasks, ...droppedTasks],
    non_goals: [],
    questions: [],
    assumptions: [],
  };
}

const pick = <T>(before: T, standing: T, now: T): T => (isDeepStrictEqual(standing, before) ? now : standing);

function mergeRequirement(before: Requirement, standing: Requirement, now: Requirement): Requirement {
  return {
    id: standing.id,
    level: pick(before.level, standing.level, now.level),
    text: pick(before.text, standing.text, now.text),
    acceptance: mergeTexts(before.acceptance, standing.acceptance, now.acceptance),
    source: now.source,
    quote: now.quote,
  };
}

function mergeTask(before: PlanTask, standing: PlanTask, now: PlanTask): PlanTask {
  return {
    key: standing.key,
    parent: pick(before.parent, standing.parent, now.parent),
    title: pick(before.title, standing.title, now.title),
    description: pick(before.description, standing.description, now.description),
    type: pick(before.type, standing.type, now.type),
    acceptance: mergeItems(before.acceptance, standing.acceptance, now.acceptance, ({ text }) => text),
    depends_on: mergeTexts(before.depends_on, standing.depends_on, now.depends_on),
    requirements: mergeTexts(before.requirements, standing.requirements, now.requirements),
    capabilities: mergeTexts(before.capabilities, standing.capabilities, now.capabilities),
    files: mergeTexts(before.files, standing.files, now.files),
    estimate_minutes: pick(before.estimate_minutes, standing.estimate_minutes, now.estimate_minutes),
    complexity: pick(before.complexity, standing.complexity, now.complexity),
    priority: pick(before.priority, standing.priority, now.priority),
    confidence: pick(before.confidence, standing.confidence, now.confidence),
    questions: mergeTexts(before.questions, standing.questions, now.questions),
    source: now.source,
    quote: now.quote,
    done: pick(before.done, standing.done, now.done),
  };
}

function mergeTasks(before: Plan, standing: Plan, now: Plan): readonly PlanTask[] {
  const merged = mergeByName(before.tasks, standing.tasks, now.tasks, ({ key }) => key, mergeTask);
  // A group that a person dropped with all its parts does not come back by itself.
  const groups = new Set(now.tasks.map(({ parent }) => parent));
  const old = new Set(standing.tasks.map(({ key }) => key));
  let left = merged;
  for (let size = -1; size !== left.length; ) {
    size = left.length;
    const parents = new Set(left.map(({ parent }) => parent));
    left = left.filter(({ key }) => old.has(key) || !groups.has(key) || parents.has(key));
  }
  return left;
}

/** Without references to what is gone: who waited for it waits for what it waited for. */
function sound(tasks: readonly PlanTask[], old: readonly PlanTask[], now: Plan): readonly PlanTask[] {
  const there = new Set(tasks.map(({ key }) => key));
  const was = new Map([...now.tasks, ...old].map((task) => [task.key, task]));
  const onwards = (key: string, seen: ReadonlySet<string>): readonly string[] =>
    there.has(key)
      ? [key]
      : seen.has(key)
        ? []
        : (was.get(key)?.depends_on ?? []).flatMap((next) => onwards(next, new Set([...seen, key])));
  const upwards = (key: string | null): string | null => {
    const seen = new Set<string>();
    let at = key;
    while (at !== null && !there.has(at)) {
      if (seen.has(at)) return null;
      seen.add(at);
      at = was.get(at)?.parent ?? null;
    }
    return at;
  };
  return tasks.map((task) => ({
    ...task,
    parent: upwards(task.parent),
    depends_on: [...new Set(task.depends_on.flatMap((key) => onwards(key, new Set())))].filter(
      (key) => key !== task.key,
    ),
  }));
}
