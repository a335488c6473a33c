/** What is found in a plan, with the place in the documents and the way out. Pure. */
import type { Plan, PlanFinding, PlanProblem } from "../model/plan.ts";

/** What to call a task when something is said of it. */
export type NameOf = (key: string) => string;

/** Rules that are about requirements; the others are about tasks. */
const OF_REQUIREMENTS = new Set([
  "duplicate-requirement",
  "uncovered-must",
  "uncovered-should",
  "id-twice",
  "said-twice",
  "contradiction",
  "unwanted",
  "open-end",
  "vague",
  "no-acceptance",
]);

const HINTS: Readonly<Record<string, string>> = {
  empty: "Write at least one task.",
  "bad-key": "Use letters, digits, dots and dashes.",
  "no-title": "Say in a few words what is to be done.",
  "title-too-long": "Move what is more than a title into the description.",
  "text-too-long": "Shorten it, or split the task.",
  "duplicate-key": "Give one of them another key.",
  "duplicate-requirement": "Give one of them another id.",
  "dangling-parent": "Name a key that is there, or leave parent out.",
  "dangling-dependency": "Name a key that is there, or take it out of depends_on.",
  "dangling-requirement": "Name a requirement that is there, or take it out.",
  "parent-cycle": "Give one of them another parent.",
  "hierarchy-dependency": "Take it out: a group waits for its parts anyway.",
  cycle: "Take one of these dependencies out.",
  depth: "Move it up, or allow more with --max-depth.",
  "uncovered-must": "Add a task that names it under requirements, or make it a should.",
  "uncovered-should": "Add a task that names it under requirements, or leave it.",
  unfounded: "Name the requirement that it serves, or drop it.",
  "redundant-dependency": "Take it out: it says nothing new.",
  "near-duplicate": "Merge them, or give them titles that tell them apart.",
  clash: "Let the one depend on the other.",
  "id-twice": "Give one of the two another id in the document.",
  "said-twice": "Say it once in the document.",
  contradiction: "Decide in the document which of them holds.",
  unwanted: "Take it out of the document, or out of its non-goals.",
  "open-end": "Decide it in the document.",
  vague: "Say a number, or what a test would look at.",
  "no-acceptance": "Say how one sees that it is done.",
  "stale-quote": "Bring the plan up to the document: conductor plan update",
  "wrong-quote": "Put the quote back as the document has it: conductor plan review --edit",
  "moved-quote": "Bring the plan up to the document: conductor plan update",
  "source-missing": "Put the document back, or correct its path under sources.",
};

/** Rules in a word of at most eight letters. */
const MARKS: Readonly<Record<string, string>> = {
  "uncovered-must": "gap",
  "stale-quote": "stale",
  "wrong-quote": "quote",
  "uncovered-should": "should",
  unfounded: "why",
  "redundant-dependency": "extra",
  "near-duplicate": "alike",
  clash: "clash",
  "id-twice": "twice",
  "said-twice": "twice",
  contradiction: "against",
  unwanted: "unwanted",
  "open-end": "open",
  vague: "vague",
  "no-acceptance": "untold",
  "moved-quote": "moved",
  "source-missing": "missing",
};

/** What was found, in a word of at most eight letters. */
export const markOf = ({ severity, rule }: Pick<PlanProblem, "severity" | "rule">): string =>
  severity === "error" ? "error" : (MARKS[rule] ?? (severity === "gap" ? "gap" : "note"));

/** Problems as findings. */
export function findingsOf(
  { tasks, requirements }: Pick<Plan, "tasks" | "requirements">,
  problems: readonly PlanProblem[],
): readonly PlanFinding[] {
  const byId = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  return problems.map((problem) => {
    const { rule, about } = problem;
    const requirement = byId.get(about[0] ?? "");
    const from = OF_REQUIREMENTS.has(rule) ? requirement : (byKey.get(about[0] ?? "") ?? requirement);
    return { ...problem, address: from?.source || null, hint: HINTS[rule] ?? null };
  });
}
