/** When two questions are one. Pure. */
import type { Decision } from "./decision.ts";

/** A question without what says nothing: letters' case, spacing, quotes, the sign at its end. */
const bare = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/["'`\u2018\u2019\u201c\u201d*_]/g, "")
    .replace(/\s+/g, " ")
    .replace(/[\s?!.:]+$/, "")
    .trim();

/** True when both ask the same, however they are typed. */
export const sameQuestion = (a: string, b: string): boolean => bare(a) === bare(b);

/** True when this task waits for the decision, or waited for it. */
export const askedBy = ({ askers }: Pick<Decision, "askers">, task: string): boolean =>
  askers.some((one) => one.task === task);
