/** For tests: holds a plan against what a careful reader wrote down beforehand. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import type { Plan, PlanTask } from "../../../model/plan.ts";

interface ExpectedRequirement {
  readonly id?: string;
  readonly level: string;
  readonly text: string;
  readonly acceptance?: number;
  readonly page?: number;
}

interface ExpectedTask {
  readonly id?: string;
  readonly title: string;
  readonly parent?: string;
  readonly after?: readonly string[];
  readonly done?: boolean;
  readonly priority?: string;
  readonly acceptance?: number;
  readonly page?: number;
}

/** The content of a `NAME.expected.yaml`. */
export interface Expected {
  readonly requirements: readonly ExpectedRequirement[];
  readonly tasks: readonly ExpectedTask[];
  readonly non_goals: number;
  readonly questions: number;
  readonly hidden?: number;
}

/** How much of what was expected is there, and what is there besides. */
export interface Score {
  readonly expected: number;
  readonly missed: readonly string[];
  readonly extra: readonly string[];
}

export const readExpected = async (path: string): Promise<Expected> => parse(await readFile(path, "utf8")) as Expected;

const COMMON = new Set(
  "a an the of to in on for and or is are be been by at it its with that this must shall should may can able".split(
    " ",
  ),
);

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
      .filter((word) => !COMMON.has(word))
      .map((word) => (word.length > 3 ? word.replace(/(?:es|s|d|ing)$/, "") : word)),
  );

/** 1 when both say the same words, 0 when none; at least 0.6 when the found text says all of the expected, and more. */
function likeness(expected: string, found: string): number {
  const one = wordsOf(expected);
  const other = wordsOf(found);
  if (one.size === 0 || other.size === 0) return 0;
  const shared = [...one].filter((word) => other.has(word)).length;
  const like = (2 * shared) / (one.size + other.size);
  return shared === one.size ? Math.max(like, 0.6 + like / 100) : like;
}

/** Pairs each expected thing with at most one found thing, likest first; below 0.6 they are not the same. */
function paired<E, F>(expected: readonly E[], found: readonly F[], like: (e: E, f: F) => number): ReadonlyMap<E, F> {
  const all = expected
    .flatMap((e) => found.map((f) => ({ e, f, score: like(e, f) })))
    .filter(({ score }) => score >= 0.6);
  all.sort((a, b) => b.score - a.score);
  const pairs = new Map<E, F>();
  const taken = new Set<F>();
  for (const { e, f } of all) {
    if (pairs.has(e) || taken.has(f)) continue;
    pairs.set(e, f);
    taken.add(f);
  }
  return pairs;
}

const onPage = (source: string | null, page: number | undefined): boolean =>
  page === undefined || new RegExp(`#p${page}L`).test(source ?? "");

/** Requirements: words, level, id, page, and how many acceptance criteria. */
export function scoreRequirements(plan: Plan, { requirements }: Expected): Score {
  const pairs = paired(requirements, plan.requirements, (e, f) => likeness(e.text, f.text.slice(0, 300)));
  const right = (e: ExpectedRequirement): boolean => {
    const f = pairs.get(e);
    return (
      f !== undefined &&
      f.level === e.level &&
      (e.id === undefined || e.id === f.id) &&
      (e.acceptance === undefined || e.acceptance === f.acceptance.length) &&
      onPage(f.source, e.page)
    );
  };
  const found = new Set(pairs.values());
  return {
    expected: requirements.length,
    missed: requirements.filter((e) => !right(e)).map(({ text }) => text),
    extra: plan.requirements.filter((f) => !found.has(f)).map(({ level, text }) => `${level} ${text}`),
  };
}

const pairTasks = (plan: Plan, { tasks }: Expected): ReadonlyMap<ExpectedTask, PlanTask> =>
  paired(tasks, plan.tasks, (e, f) =>
    e.id !== undefined && f.key === e.id.toLowerCase()
      ? 2
      : Math.max(likeness(e.title, f.title), likeness(e.title, f.description)),
  );

/** Tasks: title, page, done, priority, and how many acceptance criteria. */
export function scoreTasks(plan: Plan, expected: Expected): Score {
  const pairs = pairTasks(plan, expected);
  const right = (e: ExpectedTask): boolean => {
    const f = pairs.get(e);
    return (
      f !== undefined &&
      (e.done ?? f.done) === f.done &&
      (e.priority ?? f.priority) === f.priority &&
      (e.acceptance === undefined || e.acceptance === f.acceptance.length) &&
      onPage(f.source, e.page)
    );
  };
  const found = new Set(pairs.values());
  return {
    expected: expected.tasks.length,
    missed: expected.tasks.filter((e) => !right(e)).map(({ title }) => title),
    extra: plan.tasks.filter((f) => !found.has(f)).map(({ title }) => title),
  };
}

/** What is part of what, and what waits for what. */
export function scoreLinks(plan: Plan, expected: Expected): Score {
  const pairs = pairTasks(plan, expected);
  const named = (name: string): string | undefined => {
    const task = expected.tasks.find(({ id, title }) => id === name || title === name);
    if (task === undefined) throw new Error(`the expected list names "${name}", which is not in it`);
    return pairs.get(task)?.key;
  };
  const keyOf = (e: ExpectedTask): string => pairs.get(e)?.key ?? `no task "${e.title}"`;
  const wanted = expected.tasks.flatMap((e) => [
    ...(e.parent === undefined ? [] : [`${keyOf(e)} is part of ${named(e.parent)}`]),
    ...(e.after ?? []).map((name) => `${keyOf(e)} waits for ${named(name)}`),
  ]);
  const there = plan.tasks.flatMap((f) => [
    ...(f.parent === null ? [] : [`${f.key} is part of ${f.parent}`]),
    ...f.depends_on.map((key) => `${f.key} waits for ${key}`),
  ]);
  return {
    expected: wanted.length,
    missed: wanted.filter((link) => !there.includes(link)),
    extra: there.filter((link) => !wanted.includes(link)),
  };
}
