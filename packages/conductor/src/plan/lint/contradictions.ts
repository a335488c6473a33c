import type { PlanProblem, Requirement } from "../../model/plan.ts";
import { beside } from "../beside.ts";
import { nearPairs, sharedPart } from "../near-pairs.ts";
import { contentWords } from "./content-words.ts";

/** More than anybody reads. */
const MOST = 20;
/** Most requirements that are compared by one word: one that stands in thousands of them tells nothing apart. */
const MOST_BY_WORD = 50;

const MEASURE =
  /(\d[\d,.]*)\s*(ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|h|hours?|days?|weeks?|months?|years?|%|percent|[kmgt]i?b|bytes?|(?:kilo|mega|giga)bytes?|requests?|times|attempts?|retries|users?|characters?|pixels?|metres|meters)\b/gi;
const NEGATED = /\b(?:not|never|no longer|cannot|can't|won't|mustn't|shouldn't)\b/i;

interface Read {
  readonly requirement: Requirement;
  readonly words: ReadonlySet<string>;
  readonly negated: boolean;
  readonly measures: readonly string[];
}

const read = (requirement: Requirement): Read => {
  const measures = [...requirement.text.matchAll(MEASURE)].map(
    ([, number = "", unit = ""]) => `${number} ${unit.toLowerCase()}`,
  );
  return {
    requirement,
    words: contentWords(requirement.text.replace(NEGATED, " ")),
    negated: NEGATED.test(requirement.text),
    measures,
  };
};

const units = ({ measures }: Read): string => measures.map((measure) => measure.replace(/^\S+ /, "")).join(" ");

/** What two sentences about the same thing disagree in, or null. */
function quarrel(a: Read, b: Read): { readonly rule: string; readonly what: string } | null {
  if (a.negated !== b.negated) return { rule: "contradiction", what: "ask for the opposite" };
  if (a.measures.join() !== b.measures.join()) {
    if (a.measures.length === 0 || units(a) !== units(b)) return null;
    const index = a.measures.findIndex((measure, n) => measure !== b.measures[n]);
    return { rule: "contradiction", what: `say ${a.measures[index]} and ${b.measures[index]}` };
  }
  if (a.requirement.text.replace(/\D+/g, " ") !== b.requirement.text.replace(/\D+/g, " ")) return null;
  if (a.requirement.level !== b.requirement.level) {
    const [one, other] = [a.requirement.level.toUpperCase(), b.requirement.level.toUpperCase()];
    return { rule: "contradiction", what: `ask for the same, as ${one} and as ${other}` };
  }
  return a.words.size === b.words.size && sharedPart(a.words, b.words) === 1
    ? { rule: "said-twice", what: "ask for the same" }
    : null;
}

/** Pairs of requirements that cannot both be met, or that say the same twice; at most 20, with the addresses of both. */
export function findContradictions(requirements: readonly Requirement[]): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  for (const [earlier, later] of nearPairs(requirements.map(read), MOST_BY_WORD)) {
    if (problems.length >= MOST) break;
    const found = quarrel(earlier, later);
    if (found === null) continue;
    const [a, b] = [earlier.requirement, later.requirement];
    problems.push({
      severity: "warning",
      rule: found.rule,
      about: [a.id, b.id],
      message: `${a.id}${beside(a.source)} and ${b.id}${beside(b.source)} ${found.what}`,
    });
  }
  return problems;
}

/** Requirements that ask for what a non-goal rules out: all of its words, two at least, stand in them without a "not". */
export function findUnwanted(
  requirements: readonly Requirement[],
  nonGoals: readonly string[],
): readonly PlanProblem[] {
  const ruledOut = nonGoals
    .map((text) => ({ text, words: contentWords(text.split(/[.:;(]/)[0] ?? "") }))
    .filter(({ words }) => words.size >= 2 && words.size <= 6);
  return requirements
    .filter(({ text }) => !NEGATED.test(text))
    .flatMap(({ id, text, source }): PlanProblem[] => {
      const words = contentWords(text);
      const against = ruledOut.find((one) => [...one.words].every((word) => words.has(word)));
      if (against === undefined) return [];
      const message = `${id}${beside(source)} asks for what is ruled out as a non-goal: "${against.text}"`;
      return [{ severity: "warning", rule: "unwanted", about: [id], message }];
    })
    .slice(0, MOST);
}
