import type { PlanProblem, PlanTask } from "../model/plan.ts";
import { nearPairs } from "./near-pairs.ts";

const SMALL = new Set([
  "a",
  "an",
  "and",
  "as",
  "at",
  "by",
  "for",
  "from",
  "in",
  "into",
  "of",
  "on",
  "or",
  "the",
  "to",
  "with",
]);

/** The words of a title that count when titles are compared. */
export const titleWords = (title: string): ReadonlySet<string> =>
  new Set(
    (title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
      .filter((word) => !SMALL.has(word))
      .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|e)$/, "") : word)),
  );

/** More pairs than anybody reads; a document that repeats one sentence a thousand times has half a million. */
const MOST = 50;

/** Leaves whose titles say nearly the same. Each pair once, in the order of the plan, at most 50. */
export function findNearDuplicates(tasks: readonly PlanTask[]): readonly PlanProblem[] {
  const parents = new Set(tasks.map(({ parent }) => parent));
  const leaves = tasks.filter(({ key }) => !parents.has(key)).map((task) => ({ task, words: titleWords(task.title) }));
  const problems: PlanProblem[] = [];
  for (const [{ task: earlier }, { task: later }] of nearPairs(leaves)) {
    if (problems.length >= MOST) break;
    problems.push({
      severity: "warning",
      rule: "near-duplicate",
      about: [earlier.key, later.key],
      message: `"${earlier.title}" and "${later.title}" sound the same`,
    });
  }
  return problems;
}
