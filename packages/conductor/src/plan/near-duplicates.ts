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

const wordsOf = (title: string): ReadonlySet<string> =>
  new Set(
    (title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
      .filter((word) => !SMALL.has(word))
      .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|e)$/, "") : word)),
  );

/** More pairs than anybody reads; a document that repeats one sentence a thousand times has half a million. */
const MOST = 50;

/** Leaves whose titles say nearly the same: at least four of five of their words are shared. Each pair once, at most 50. */
export function findNearDuplicates(tasks: readonly PlanTask[]): readonly PlanProblem[] {
  const parents = new Set(tasks.map(({ parent }) => parent));
  const leaves = tasks.filter(({ key }) => !parents.has(key)).map((task) => ({ task, words: wordsOf(task.title) }));
  const count = new Map<string, number>();
  for (const { words } of leaves) for (const word of words) count.set(word, (count.get(word) ?? 0) + 1);
  const rarest = (words: ReadonlySet<string>) =>
    [...words]
      .sort((a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0))
      .slice(0, Math.max(1, Math.ceil(words.size * (1 - ALIKE)) + 1));
  const byWord = new Map<string, number[]>();
  const problems: PlanProblem[] = [];
  for (const [index, { task, words }] of leaves.entries()) {
    const probes = rarest(words);
    const near = new Set(probes.flatMap((word) => byWord.get(word) ?? []));
    for (const other of near) {
      if (problems.length >= MOST) return problems;
      const twin = leaves[other];
      if (twin === undefined) continue;
      const shared = [...words].filter((word) => twin.words.has(word)).length;
      if (words.size < 2 || shared / (words.size + twin.words.size - shared) < ALIKE) continue;
      problems.push({
        severity: "warning",
        rule: "near-duplicate",
        about: [twin.task.key, task.key],
        message: `"${twin.task.title}" and "${task.title}" sound the same`,
      });
    }
    for (const word of probes) {
      const having = byWord.get(word);
      if (having === undefined) byWord.set(word, [index]);
      else having.push(index);
    }
  }
  return problems;
}
