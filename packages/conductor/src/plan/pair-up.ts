/** Which things of a new list are things of an old one that were only worded anew. Pure. */

/** What is looked at of two things to tell whether they are one. */
export interface Likeness<T> {
  readonly nameOf: (one: T) => string;
  readonly wordsOf: (one: T) => string;
  /** Equal quotes are the same thing, whatever it is called. */
  readonly quoteOf: (one: T) => string;
  /** Its name stands in its own words, so that another name is another thing. */
  readonly isNamed: (one: T) => boolean;
  /** Something beside the words that makes two the same. */
  readonly sameAs?: (old: T, fresh: T) => boolean;
}

/** Less than this part of their words in common, and they are two things. */
const ALIKE = 0.5;

/**
 * Of every new name the old one that it stands for, where that differs. Only things whose names are not in both lists are
 * paired: by their quotes first, then those that are most alike.
 */
export function pairUp<T>(old: readonly T[], fresh: readonly T[], like: Likeness<T>): ReadonlyMap<string, string> {
  const oldNames = new Set(old.map(like.nameOf));
  const freshNames = new Set(fresh.map(like.nameOf));
  const gone = old.filter((one) => !freshNames.has(like.nameOf(one)) && !like.isNamed(one));
  const come = fresh.filter((one) => !oldNames.has(like.nameOf(one)) && !like.isNamed(one));
  const pairs = new Map<string, string>();
  const taken = new Set<T>();
  const pair = (from: T, to: T): void => {
    pairs.set(like.nameOf(to), like.nameOf(from));
    taken.add(from);
    taken.add(to);
  };
  const byQuote = new Map(gone.filter((one) => like.quoteOf(one) !== "").map((one) => [like.quoteOf(one), one]));
  for (const one of come) {
    const same = byQuote.get(like.quoteOf(one));
    if (same !== undefined && !taken.has(same)) pair(same, one);
  }
  const words = new Map([...gone, ...come].map((one) => [one, wordsIn(like.wordsOf(one))]));
  const near = gone.flatMap((from) =>
    come.flatMap((to) => {
      if (taken.has(from) || taken.has(to)) return [];
      const score = alike(words.get(from) ?? NONE, words.get(to) ?? NONE) + (like.sameAs?.(from, to) ? 1 : 0);
      return score >= ALIKE ? [{ from, to, score }] : [];
    }),
  );
  for (const { from, to } of near.toSorted((a, b) => b.score - a.score))
    if (!taken.has(from) && !taken.has(to)) pair(from, to);
  return pairs;
}

const NONE: ReadonlySet<string> = new Set();
const wordsIn = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** Sørensen-Dice: twice the common words by all words. */
function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  const common = [...a].filter((word) => b.has(word)).length;
  return (2 * common) / (a.size + b.size);
}
