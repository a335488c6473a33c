/** What makes requirements hard to build or to test. Pure; every finding names the lines of the document. */

import type { PlanProblem, Requirement } from "../model/plan.ts";
import { beside } from "./beside.ts";
import { findContradictions, findUnwanted } from "./lint/contradictions.ts";
import { vagueWord } from "./lint/vague-words.ts";

const OPEN =
  /\bTBD\b|\bTODO\b|\bTBC\b|\bXXX\b|\?\?\?|\[NEEDS CLARIFICATION|\bto be (?:decided|determined|defined|confirmed|clarified|agreed)\b/i;

/** Ids of a list that nobody reads to its end. */
const NAMED = 2;

/**
 * Warnings: `id-twice`, `open-end` (TBD and the like), `vague` (words that no test can look at), `contradiction`,
 * `said-twice`, `unwanted` (a non-goal rules it out), `no-acceptance` (MUSTs that say no way to tell).
 */
export function lintRequirements(
  requirements: readonly Requirement[],
  nonGoals: readonly string[] = [],
): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const warn = (rule: string, about: readonly string[], message: string): void => {
    problems.push({ severity: "warning", rule, about, message });
  };
  const ids = new Set(requirements.map(({ id }) => id));
  for (const { id, text, source, quote } of requirements) {
    const own = /^(.+)-\d+$/.exec(id)?.[1];
    if (own !== undefined && ids.has(own) && quote.includes(own) && !quote.includes(id))
      warn("id-twice", [own, id], `${own} is given twice: the one in ${source} is called ${id} here`);
    if (OPEN.test(text)) warn("open-end", [id], `${id} is not decided yet${beside(source)}`);
    const vague = vagueWord(text);
    if (vague !== null) warn("vague", [id], `${id} "${vague}" cannot be tested${beside(source)}`);
  }
  problems.push(...findContradictions(requirements), ...findUnwanted(requirements, nonGoals));
  const bare = requirements.filter(({ level, acceptance }) => level === "must" && acceptance.length === 0);
  if (bare.length > 0) {
    const few = bare.slice(0, NAMED).map(({ id, source }) => `${id}${beside(source)}`);
    const more = bare.length > NAMED ? ` and ${bare.length - NAMED} more` : "";
    warn(
      "no-acceptance",
      bare.map(({ id }) => id),
      `no acceptance is written for ${few.join(", ")}${more}`,
    );
  }
  return problems;
}
