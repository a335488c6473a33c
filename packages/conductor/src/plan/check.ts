/** What is wrong with a plan, or worth a look. Pure; the same plan gives the same problems in the same order. */

import { LIMITS } from "@taskwerk/contract/limits";
import { nearest } from "@taskwerk/contract/nearest";
import type { Plan, PlanFinding, PlanProblem, PlanTask } from "../model/plan.ts";
import { beside } from "./beside.ts";
import { checkQuotes, type SourceText } from "./check-quotes.ts";
import { findClashes } from "./clashes.ts";
import { findingsOf, type NameOf } from "./finding.ts";
import { lintRequirements } from "./lint.ts";
import { findNearDuplicates } from "./near-duplicates.ts";
import { findCycles, withoutEdges } from "./precedence.ts";
import { findRedundantEdges } from "./redundant-edges.ts";

/** What a plan is held against beside itself. */
export interface CheckOptions {
  /** Deepest level of tasks that is allowed. Default 64, taskwerk's own. */
  readonly maxDepth?: number;
  /** What to call a task where there are no errors, e.g. its number in the tree. Default: its key. */
  readonly nameOf?: NameOf;
  /** The documents as they are now, by the path that the plan has; without them quotes are not compared. */
  readonly sources?: ReadonlyMap<string, SourceText>;
}

type Checked = Pick<Plan, "tasks" | "requirements"> & Partial<Pick<Plan, "non_goals">>;
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/**
 * What is to be said of a plan: `error` (it cannot be imported), `gap` (a MUST without a task), `warning`. Errors come first, and when
 * there are any, the warnings that build on a sound plan are not looked for.
 */
export function checkPlan(plan: Checked, options: CheckOptions = {}): readonly PlanFinding[] {
  return findingsOf(plan, problemsOf(plan, options));
}

type Linted = { readonly nonGoals: readonly string[] | undefined; readonly problems: readonly PlanProblem[] };
/** Edits of tasks leave requirements as they are, and to hold each of them against each other takes longer than all the rest. */
const linted = new WeakMap<Checked["requirements"], Linted>();

function lintOnce({ requirements, non_goals: nonGoals }: Checked): readonly PlanProblem[] {
  const known = linted.get(requirements);
  if (known !== undefined && known.nonGoals === nonGoals) return known.problems;
  const problems = lintRequirements(requirements, nonGoals);
  linted.set(requirements, { nonGoals, problems });
  return problems;
}

/** Only what refuses an import whatever else is said. */
export const errorsOf = (
  plan: Checked,
  { maxDepth = LIMITS.depth }: Pick<CheckOptions, "maxDepth"> = {},
): readonly PlanFinding[] => findingsOf(plan, findErrors(plan, maxDepth));

function problemsOf(
  plan: Checked,
  { maxDepth = LIMITS.depth, nameOf = (key) => key, sources = new Map() }: CheckOptions,
): readonly PlanProblem[] {
  const errors = findErrors(plan, maxDepth);
  const gaps = [...checkCoverage(plan), ...checkQuotes(plan, sources)];
  if (errors.length > 0) return [...errors, ...gaps];
  return [
    ...gaps,
    ...checkFounding(plan, nameOf),
    ...findRedundantEdges(plan.tasks, nameOf),
    ...findNearDuplicates(plan.tasks),
    ...findClashes(plan.tasks, nameOf),
    ...lintOnce(plan),
  ];
}

function findErrors(plan: Checked, maxDepth: number): readonly PlanProblem[] {
  const errors = [...checkFields(plan), ...checkKeys(plan), ...checkLinks(plan), ...checkDepth(plan, maxDepth)];
  if (errors.some(({ rule }) => rule === "duplicate-key" || rule === "parent-cycle")) return errors;
  // What is said of a dependency by itself is not said again as a circle.
  const told = errors.filter(({ rule }) => rule === "hierarchy-dependency" || rule === "cycle");
  const rest = withoutEdges(
    plan.tasks,
    told.map(({ about: [task = "", dependsOn = task] }) => ({ task, dependsOn })),
  );
  return [
    ...errors,
    ...findCycles(rest).map(({ path }) =>
      error("cycle", [...new Set(path)], `these wait for each other: ${path.join(" > ")}`),
    ),
  ];
}

const error = (rule: string, about: readonly string[], message: string): PlanProblem => ({
  severity: "error",
  rule,
  about,
  message,
});

function checkFields({ tasks }: Checked): PlanProblem[] {
  const problems: PlanProblem[] = [];
  if (tasks.length === 0) problems.push(error("empty", [], "the plan has no tasks"));
  for (const { key, title, description, complexity, estimate_minutes, depends_on, files, capabilities } of tasks) {
    if (!KEY.test(key))
      problems.push(error("bad-key", [key], `"${key}" is no key: letters, digits, dots and dashes, at most 200`));
    if (title.trim() === "") problems.push(error("no-title", [key], `${key} has no title`));
    if (title.length > LIMITS.title)
      problems.push(
        error("title-too-long", [key], `${key}: the title has ${title.length} of at most ${LIMITS.title} characters`),
      );
    if (description.length > LIMITS.text)
      problems.push(error("text-too-long", [key], `${key}: the description is too long`));
    if (complexity !== null && !(Number.isInteger(complexity) && complexity >= 1 && complexity <= 10)) {
      problems.push(error("bad-complexity", [key], `${key}: complexity is ${complexity}, not 1 to 10`));
    }
    for (const [name, list] of Object.entries({ depends_on, files, capabilities })) {
      if (list.length > LIMITS.listItems) {
        problems.push(
          error("too-many", [key], `${key}: ${name} has ${list.length} of at most ${LIMITS.listItems} entries`),
        );
      }
    }
    if (estimate_minutes !== null && !(Number.isInteger(estimate_minutes) && estimate_minutes >= 0)) {
      problems.push(error("bad-estimate", [key], `${key}: the estimate is ${estimate_minutes}, not whole minutes`));
    }
  }
  return problems;
}

function checkKeys({ tasks, requirements }: Checked): PlanProblem[] {
  return [
    ...repeatedIn(tasks.map(({ key }) => key)).map((key) =>
      error("duplicate-key", [key], `two tasks have the key ${key}`),
    ),
    ...repeatedIn(requirements.map(({ id }) => id)).map((id) =>
      error("duplicate-requirement", [id], `two requirements have the id ${id}`),
    ),
  ];
}

function repeatedIn(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) (seen.has(name) ? twice : seen).add(name);
  return [...twice];
}

function checkLinks({ tasks, requirements }: Checked): PlanProblem[] {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const known = new Set(requirements.map(({ id }) => id));
  const problems: PlanProblem[] = [];
  for (const task of tasks) {
    if (task.parent !== null && !byKey.has(task.parent)) {
      problems.push(
        error(
          "dangling-parent",
          [task.key],
          `${task.key} is under ${task.parent}, which does not exist${meant(task.parent, byKey.keys())}`,
        ),
      );
    }
    const above = ancestorsOf(task, byKey);
    if (above === null) problems.push(error("parent-cycle", [task.key], `${task.key} is above itself`));
    for (const key of task.depends_on) {
      const other = byKey.get(key);
      if (other === undefined)
        problems.push(
          error(
            "dangling-dependency",
            [task.key, key],
            `${task.key} depends on ${key}, which does not exist${meant(key, byKey.keys())}`,
          ),
        );
      else if (key === task.key) problems.push(error("cycle", [key], `${key} depends on itself`));
      else if (above?.includes(key) || ancestorsOf(other, byKey)?.includes(task.key)) {
        problems.push(
          error("hierarchy-dependency", [task.key, key], `${task.key} depends on ${key}, and one is part of the other`),
        );
      }
    }
    for (const id of task.requirements) {
      if (!known.has(id))
        problems.push(
          error(
            "dangling-requirement",
            [task.key, id],
            `${task.key} serves ${id}, which does not exist${meant(id, known)}`,
          ),
        );
    }
  }
  return problems;
}

const meant = (name: string, names: Iterable<string>): string => {
  const near = nearest(name, [...names]);
  return near === null ? "" : `; did you mean ${near}?`;
};

/** Keys from the parent up; null when they go in a circle. */
function ancestorsOf(task: PlanTask, byKey: ReadonlyMap<string, PlanTask>): readonly string[] | null {
  const above: string[] = [];
  for (let at = task.parent; at !== null; at = byKey.get(at)?.parent ?? null) {
    if (at === task.key || above.length > LIMITS.depth * 4) return null;
    above.push(at);
  }
  return above;
}

function checkDepth({ tasks }: Checked, maxDepth: number): PlanProblem[] {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  return tasks.flatMap((task) => {
    const depth = (ancestorsOf(task, byKey)?.length ?? 0) + 1;
    return depth > maxDepth
      ? [error("depth", [task.key], `${task.key} is ${depth} levels deep, ${maxDepth} are allowed`)]
      : [];
  });
}

/** Requirements that no task serves: a MUST is a gap, a SHOULD a warning, a MAY is left to choice. */
function checkCoverage({ tasks, requirements }: Checked): readonly PlanProblem[] {
  const served = new Set(tasks.flatMap((task) => task.requirements));
  return requirements.flatMap(({ id, level, text, source }) => {
    if (served.has(id) || level === "may") return [];
    const severity = level === "must" ? ("gap" as const) : ("warning" as const);
    const short = text.length > 80 ? `${text.slice(0, 79)}…` : text;
    return [
      { severity, rule: `uncovered-${level}`, about: [id], message: `${id} "${short}" has no task${beside(source)}` },
    ];
  });
}

/** Tasks that nothing in the document asks for. */
function checkFounding({ tasks }: Checked, nameOf: NameOf): readonly PlanProblem[] {
  const serving = new Set(
    tasks.filter((task) => task.requirements.length > 0 || task.quote !== null).map(({ key }) => key),
  );
  const parents = new Set(tasks.map(({ parent }) => parent));
  return tasks.flatMap((task) => {
    if (parents.has(task.key) || serving.has(task.key)) return [];
    return [
      {
        severity: "warning" as const,
        rule: "unfounded",
        about: [task.key],
        message: `nothing in the document asks for ${nameOf(task.key)}`,
      },
    ];
  });
}
