/** What an agent was told: its task, which try this is, what went wrong before, what was answered. Pure. */
import type { Scenario, Try, When } from "../scenario.ts";

export interface Told {
  readonly id: string | null;
  readonly title: string | null;
  readonly attempt: number;
  readonly brief: string;
}

/** What the environment, the side channel's `task_get` and the brief say, in this order of trust. */
export function toldBy(task: unknown, env: Readonly<Record<string, string | undefined>>, brief: string): Told {
  const given = fieldsOf(task);
  const inner = fieldsOf(given.task);
  const text = (name: string, ...variables: readonly string[]): string | null =>
    [given[name], inner[name], ...variables.map((variable) => env[variable])].find(
      (value): value is string => typeof value === "string" && value !== "",
    ) ?? null;
  const attempt = [given.attempt, inner.attempt, env.CONDUCTOR_ATTEMPT_NUMBER, env.CONDUCTOR_ATTEMPT]
    .map((value) => /(\d+)$/.exec(String(value ?? ""))?.[1])
    .find((value) => value !== undefined);
  return {
    id: text("id", "CONDUCTOR_TASK", "CONDUCTOR_TASK_ID"),
    title: text("title", "CONDUCTOR_TASK_TITLE"),
    attempt: Number(attempt ?? 1),
    brief,
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};

const REWORK =
  /^#{1,6} .*\b(?:(?:last|previous|earlier|first) (?:try|tries|attempts?)|rework|(?:was|were|is|are) red|failed|went wrong)\b/im;

/** True when the brief tells of an earlier try. */
export const isRework = (brief: string, pattern?: string): boolean =>
  (pattern === undefined ? REWORK : new RegExp(pattern, "im")).test(brief);

/**
 * What is done now, or null when the scenario has nothing for the task. Where neither id nor title is known, the task is the one
 * that the brief speaks of first.
 */
export function tryFor(scenario: Scenario, told: Told): Try | null {
  const places = scenario.tasks.map((task, n) => ({ task, n, at: placeOf(task.match, told) }));
  const [best] = places.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at || a.n - b.n);
  if (best === undefined) return scenario.otherwise ?? null;
  const { tries } = best.task;
  return tries.find(({ when }) => holds(when, told, scenario.reworkPattern)) ?? tries.at(-1) ?? null;
}

/** 0 where it matches what is known, else its place in the brief; -1 when it does not match. */
function placeOf(match: Scenario["tasks"][number]["match"], told: Told): number {
  const places = [
    placeIn(match.id, told.id ?? told.brief, told.id !== null),
    placeIn(match.title, told.title ?? told.brief, told.title !== null),
    placeIn(match.brief, told.brief, true),
  ];
  return places.includes(-1) ? -1 : Math.max(...places);
}

function placeIn(pattern: string | undefined, text: string, known: boolean): number {
  if (pattern === undefined) return 0;
  const at = text.search(new RegExp(pattern, "im"));
  return known && at > 0 ? 0 : at;
}

/** Whether circumstances hold at the start of a try; those that only come later (nudges, answers) do not yet. */
function holds(when: When | undefined, told: Told, reworkPattern: string | undefined): boolean {
  if (when === undefined) return true;
  if (when.attempt !== undefined && when.attempt !== told.attempt) return false;
  if (when.rework !== undefined && when.rework !== isRework(told.brief, reworkPattern)) return false;
  return when.nudged !== true && when.answers === undefined;
}

/** The answer that a brief already has for a question: on the line that says so, soon after the question. Null when it has none. */
export function answerInBrief(brief: string, question: string): string | null {
  const at = brief.indexOf(question);
  if (at < 0) return null;
  const rest = brief.slice(at + question.length, at + question.length + 600);
  const said =
    /^[\s\S]{0,400}?(?:\b(?:answer(?:ed)?|decided|decision|a)\b[^:\n]{0,80}:|→|->)[ \t*_"'`]*([^\n"'`]+)/i.exec(rest);
  return said?.[1]?.replace(/[*_\s.]+$/, "").trim() ?? null;
}

/** The option that an answer names: by its words, by its number ("option 2"), or because only it occurs in the answer. */
export function optionNamed(answer: string, options: readonly string[], otherwise: string | undefined): string {
  const low = answer.trim().toLowerCase();
  const same = options.find((option) => option.toLowerCase() === low);
  if (same !== undefined) return same;
  const numbered = /^(?:option|no\.?|#)\s*(\d+)$/.exec(low)?.[1];
  const byNumber = numbered === undefined ? undefined : options[Number(numbered) - 1];
  if (byNumber !== undefined) return byNumber;
  const within = options.filter((option) =>
    low
      .split(/[^\p{L}\p{N}]+/u)
      .join(" ")
      .split(" ")
      .includes(option.toLowerCase()),
  );
  if (within.length === 1) return within[0] as string;
  const containing = options.filter((option) => low.includes(option.toLowerCase()));
  if (containing.length === 1) return containing[0] as string;
  return options.length === 0 ? answer : (otherwise ?? answer);
}
