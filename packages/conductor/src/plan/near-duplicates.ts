import type { PlanProblem, PlanTask } from "../model/plan.ts";

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
const ALIKE = 0.8;

/** The words of a title that count when titles are compared. */
export const titleWords = (title: string): ReadonlySet<string> =>
  new Set(
    (title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
      .filter((word) => !SMALL.has(word))
      .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|e)$/, "") : word)),
  );

/** More pairs than anybody reads; a document that repeats one sentence a thousand times has half a million. */
const MOST = 50;

interface Leaf {
  readonly task: PlanTask;
  /** The rarest first, in one order for all: else two titles could be alike and not meet. */
  readonly words: readonly string[];
  readonly having: ReadonlySet<string>;
}

/** Leaves that have a word in the same place of as many words: all of them can be alike with another leaf, or none. */
interface Posting {
  readonly size: number;
  readonly at: number;
  readonly leaves: number[];
}

/**
 * Leaves whose titles say nearly the same: at least four of five of their words are shared. Each pair once, in the order of the
 * plan, at most 50. Two titles are compared only where their rarest words let them be alike, by the prefix and positional filters
 * of Xiao et al., "Efficient Similarity Joins for Near Duplicate Detection" (WWW 2008).
 */
export function findNearDuplicates(tasks: readonly PlanTask[]): readonly PlanProblem[] {
  const leaves = leavesOf(tasks);
  const postings = new Map<string, Posting[]>();
  const problems: PlanProblem[] = [];
  for (const [index, { task, words, having }] of leaves.entries()) {
    if (words.length < 2) continue;
    const near = new Set<number>();
    for (const [at, word] of words.entries()) {
      const left = words.length - at;
      if (left / words.length < ALIKE) break;
      const known = postings.get(word) ?? [];
      // What is rarer than the first word that both have, they do not share.
      for (const other of known)
        if (isAlike(Math.min(left, other.size - other.at), words.length, other.size))
          for (const one of other.leaves) near.add(one);
      const own = known.find((posting) => posting.size === words.length && posting.at === at);
      if (own === undefined) known.push({ size: words.length, at, leaves: [index] });
      else own.leaves.push(index);
      postings.set(word, known);
    }
    for (const other of [...near].sort((a, b) => a - b)) {
      const twin = leaves[other];
      if (twin === undefined) continue;
      const shared = twin.words.filter((word) => having.has(word)).length;
      if (!isAlike(shared, words.length, twin.words.length)) continue;
      problems.push({
        severity: "warning",
        rule: "near-duplicate",
        about: [twin.task.key, task.key],
        message: `"${twin.task.title}" and "${task.title}" sound the same`,
      });
      if (problems.length >= MOST) return problems;
    }
  }
  return problems;
}

/** Whether two titles of so many words are alike when they share `shared` of them. */
const isAlike = (shared: number, size: number, other: number): boolean => shared / (size + other - shared) >= ALIKE;

function leavesOf(tasks: readonly PlanTask[]): readonly Leaf[] {
  const parents = new Set(tasks.map(({ parent }) => parent));
  const leaves = tasks.filter(({ key }) => !parents.has(key)).map((task) => ({ task, having: titleWords(task.title) }));
  const count = new Map<string, number>();
  for (const { having } of leaves) for (const word of having) count.set(word, (count.get(word) ?? 0) + 1);
  const rarer = (a: string, b: string): number => (count.get(a) ?? 0) - (count.get(b) ?? 0) || (a < b ? -1 : 1);
  return leaves.map((leaf) => ({ ...leaf, words: [...leaf.having].sort(rarer) }));
}
