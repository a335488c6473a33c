import type { PlanProblem, PlanTask } from "../model/plan.ts";
import type { NameOf } from "./finding.ts";
import { globsOverlap, isGlob, literalOf, mayOverlap } from "./globs.ts";
import { reachOf } from "./reachable.ts";

/** Most clashes that are named, and most pairs that are looked at: each costs two walks over the plan. */
const MOST = 200;
const MOST_PAIRS = 2_000;
/** Most globs that are held against every other path. */
const MOST_GLOBS = 500;

/** Open leaves that change the same file and may run side by side: the later should come after the earlier. */
export function findClashes(tasks: readonly PlanTask[], nameOf: NameOf = (key) => key): readonly PlanProblem[] {
  const parents = new Set(tasks.map(({ parent }) => parent));
  const byFile = new Map<string, PlanTask[]>();
  for (const task of tasks) {
    if (parents.has(task.key) || task.done) continue;
    // A folder is not a file two tasks both change.
    for (const file of new Set(task.files.filter((path) => !path.endsWith("/"))))
      byFile.set(file, [...(byFile.get(file) ?? []), task]);
  }
  const at = new Map(tasks.map(({ key }, index) => [key, index]));
  const reach = reachOf(tasks);
  const problems: PlanProblem[] = [];
  const seen = new Set<string>();
  const look = (one: PlanTask, other: PlanTask, file: string): void => {
    if (one === other || problems.length >= MOST || seen.size >= MOST_PAIRS) return;
    const [earlier, later] = (at.get(one.key) ?? 0) < (at.get(other.key) ?? 0) ? [one, other] : [other, one];
    const pair = `${earlier.key} ${later.key}`;
    if (seen.has(pair)) return;
    seen.add(pair);
    if (reach.before(earlier.key, later.key) || reach.before(later.key, earlier.key)) return;
    problems.push({
      severity: "warning",
      rule: "clash",
      about: [earlier.key, later.key],
      message: `${nameOf(earlier.key)} and ${nameOf(later.key)} both change ${file}: ${nameOf(later.key)} should come after ${nameOf(earlier.key)}`,
    });
  };
  for (const [file, sharing] of byFile) {
    for (const [index, later] of sharing.entries()) {
      const earlier = sharing[index - 1];
      if (earlier !== undefined) look(earlier, later, file);
    }
  }
  const files = [...byFile].map(([file, others]) => ({ file, others, literal: literalOf(file) }));
  for (const { file: glob, literal } of files.filter(({ file }) => isGlob(file)).slice(0, MOST_GLOBS)) {
    for (const { file, others, literal: other } of files) {
      if (file === glob || !mayOverlap(literal, other) || !globsOverlap(glob, file)) continue;
      for (const one of byFile.get(glob) ?? [])
        for (const other of others) look(one, other, isGlob(file) ? glob : file);
    }
  }
  return problems;
}
