import type { PlanProblem, Requirement } from "../model/plan.ts";

const OPEN = /\bTBD\b|\bTODO\b|\bTBC\b|\?\?\?|\[NEEDS CLARIFICATION/i;
const VAGUE =
  /\b(?:reasonabl[ey]|appropriate(?:ly)?|user[- ]friendly|intuitive(?:ly)?|easy to use|as (?:needed|necessary|fast as possible|soon as possible)|if possible|robust(?:ly)?|seamless(?:ly)?|state[- ]of[- ]the[- ]art|sufficient(?:ly)?|etc)\b/i;

/**
 * What makes requirements hard to build or to test, as warnings: an id given twice, open ends, vague words, MUSTs without
 * a way to tell. Pure.
 */
export function lintRequirements(requirements: readonly Requirement[]): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const ids = new Set(requirements.map(({ id }) => id));
  for (const { id, text, source, quote } of requirements) {
    const own = /^(.+)-\d+$/.exec(id)?.[1];
    if (own !== undefined && ids.has(own) && quote.includes(own) && !quote.includes(id)) {
      problems.push({
        severity: "warning",
        rule: "id-twice",
        about: [own, id],
        message: `${own} is given twice: the one in ${source} is called ${id} here`,
      });
    }
    if (OPEN.test(text)) {
      problems.push({
        severity: "warning",
        rule: "open-end",
        about: [id],
        message: `${id} is not decided yet (${source})`,
      });
    }
    const vague = VAGUE.exec(text)?.[0];
    if (vague !== undefined) {
      problems.push({
        severity: "warning",
        rule: "vague",
        about: [id],
        message: `${id} "${vague}" cannot be tested (${source})`,
      });
    }
  }
  const bare = requirements
    .filter(({ level, acceptance }) => level === "must" && acceptance.length === 0)
    .map(({ id }) => id);
  if (bare.length > 0) {
    const few = bare.slice(0, 5).join(", ") + (bare.length > 5 ? ` and ${bare.length - 5} more` : "");
    problems.push({
      severity: "warning",
      rule: "no-acceptance",
      about: bare,
      message: `no acceptance is written for ${few}`,
    });
  }
  return problems;
}
