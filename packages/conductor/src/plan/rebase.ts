/**
 * A plan brought up to documents that have changed. Pure. What a person did to the plan stays where the words it came from
 * are the same; only what the documents say differently is taken over.
 */
import { isDeepStrictEqual } from "node:util";
import type { Plan, PlanTask, Requirement } from "../model/plan.ts";
import { pairUp } from "./pair-up.ts";

/**
 * The standing plan with what a fresh draft of the same documents says differently. Ids and keys of what is only worded
 * anew stay, so that tasks in taskwerk stay the same tasks. A task that was written or dropped by hand stays so; one whose
 * words are gone goes.
 */
export function rebasePlan(standing: Plan, draft: Plan): Plan {
  const ids = pairUp(standing.requirements, draft.requirements, {
    nameOf: ({ id }) => id,
    wordsOf: ({ text }) => text,
    quoteOf: ({ quote }) => quote,
  });
  const idOf = (id: string): string => ids.get(id) ?? id;
  const drafted = draft.tasks.map((task) => ({ ...task, requirements: task.requirements.map(idOf) }));
  const keys = pairUp(standing.tasks, drafted, {
    nameOf: ({ key }) => key,
    wordsOf: ({ title, quote }) => quote ?? title,
    quoteOf: ({ quote }) => quote ?? "",
    sameAs: (one, other) => one.requirements.length > 0 && isDeepStrictEqual(one.requirements, other.requirements),
  });
  const keyOf = (key: string): string => keys.get(key) ?? key;
  const fresh = drafted.map((task) => ({
    ...task,
    key: keyOf(task.key),
    parent: task.parent === null ? null : keyOf(task.parent),
    depends_on: task.depends_on.map(keyOf),
  }));
  const requirements = draft.requirements.map((requirement) => ({ ...requirement, id: idOf(requirement.id) }));
  const { left_out, hidden } = draft;
  return {
    ...standing,
    planner: draft.planner,
    sources: draft.sources,
    requirements: mergeRequirements(standing.requirements, requirements),
    tasks: soundLinks(mergeTasks(standing, fresh, requirements), standing.tasks),
    non_goals: mergeTexts(standing.non_goals, draft.non_goals),
    questions: mergeTexts(
      standing.questions,
      draft.questions.filter((text) => !isAnswered(standing, text)),
    ),
    assumptions: mergeTexts(standing.assumptions, draft.assumptions),
    ...(left_out === undefined ? {} : { left_out }),
    ...(hidden === undefined ? {} : { hidden }),
  };
}

/** Those of the documents, and those that a person wrote without a quote. What the words do not decide stays as it was. */
function mergeRequirements(standing: readonly Requirement[], fresh: readonly Requirement[]): readonly Requirement[] {
  const old = new Map(standing.map((one) => [one.id, one]));
  const merged = fresh.map((one) => {
    const was = old.get(one.id);
    return was !== undefined && was.quote === one.quote ? { ...was, source: one.source } : one;
  });
  const there = new Set(fresh.map(({ id }) => id));
  return [...merged, ...standing.filter(({ id, quote }) => quote === "" && !there.has(id))];
}

function mergeTasks(
  standing: Plan,
  fresh: readonly PlanTask[],
  requirements: readonly Requirement[],
): readonly PlanTask[] {
  const old = new Map(standing.tasks.map((task) => [task.key, task]));
  const freshKeys = new Map(fresh.map((task) => [task.key, task]));
  const oldQuotes = new Map(standing.requirements.map(({ id, quote }) => [id, quote]));
  const newQuotes = new Map(requirements.map(({ id, quote }) => [id, quote]));
  const texts = new Set(fresh.flatMap(({ quote }) => (quote === null ? [] : [quote])));
  const groups = new Set(fresh.map(({ parent }) => parent));
  /** All that it answers was there before, in the same words: if it has no task of this key, a person took it away. */
  const dropped = (task: PlanTask): boolean =>
    task.requirements.length > 0 &&
    !groups.has(task.key) &&
    task.requirements.every((id) => oldQuotes.get(id) !== undefined && oldQuotes.get(id) === newQuotes.get(id));
  const merged = fresh.flatMap((task): readonly PlanTask[] => {
    const was = old.get(task.key);
    if (was === undefined) return dropped(task) ? [] : [task];
    if (was.quote === task.quote) return [{ ...was, source: task.source }];
    return [reworded(was, task)];
  });
  const kept = standing.tasks.filter(
    (task) => !freshKeys.has(task.key) && (task.quote === null || texts.has(task.quote) || stands(task, requirements)),
  );
  return inOldPlaces(withoutEmptyGroups(merged, groups, old), kept, standing.tasks);
}

/** A group that a person dropped with all its parts does not come back by itself. */
function withoutEmptyGroups(
  tasks: readonly PlanTask[],
  groups: ReadonlySet<string | null>,
  old: ReadonlyMap<string, PlanTask>,
): readonly PlanTask[] {
  let left = tasks;
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    const parents = new Set(left.map(({ parent }) => parent));
    left = left.filter(({ key }) => old.has(key) || !groups.has(key) || parents.has(key));
  }
  return left;
}

/** A part of a requirement that still says what it said. */
const stands = ({ quote }: PlanTask, requirements: readonly Requirement[]): boolean =>
  requirements.some((one) => one.quote !== "" && one.quote === quote);

/** What the document now says, with what only a person or a run can know. */
const reworded = (was: PlanTask, now: PlanTask): PlanTask => ({
  ...now,
  acceptance: now.acceptance.map((item) => ({
    ...item,
    proof: item.proof ?? was.acceptance.find(({ text }) => text === item.text)?.proof ?? null,
  })),
  capabilities: now.capabilities.length > 0 ? now.capabilities : was.capabilities,
  files: now.files.length > 0 ? now.files : was.files,
  estimate_minutes: now.estimate_minutes ?? was.estimate_minutes,
  depends_on: [...new Set([...was.depends_on, ...now.depends_on])],
});

/** What a person wrote goes behind the task that it stood behind. */
function inOldPlaces(
  merged: readonly PlanTask[],
  kept: readonly PlanTask[],
  old: readonly PlanTask[],
): readonly PlanTask[] {
  const placed = [...merged];
  for (const task of kept) {
    const at = old.indexOf(task);
    const before = old.slice(0, at).findLast(({ key }) => placed.some((one) => one.key === key));
    placed.splice(before === undefined ? 0 : placed.findIndex(({ key }) => key === before.key) + 1, 0, task);
  }
  return placed;
}

/** Without references to what is gone: who waited for it waits for what it waited for. */
function soundLinks(tasks: readonly PlanTask[], old: readonly PlanTask[]): readonly PlanTask[] {
  const there = new Set(tasks.map(({ key }) => key));
  const was = new Map(old.map((task) => [task.key, task]));
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

/** What stands, and what is new: of a text alone nobody can tell whether a document or a person wrote it. */
const mergeTexts = (standing: readonly string[], fresh: readonly string[]): readonly string[] => [
  ...standing,
  ...fresh.filter((text) => !standing.includes(text)),
];

const isAnswered = ({ assumptions }: Plan, question: string): boolean =>
  assumptions.some((text) => text.startsWith(`${question} `));
