/** Which of many texts say nearly the same, without holding each against each. Pure. */

/** Something, with the words that carry its meaning. */
interface Worded {
  readonly words: ReadonlySet<string>;
}

/** Texts with less of all their words in common are about different things. */
const SAME = 0.8;
/** Most texts that are compared by one word: one that stands in thousands of them tells nothing apart. */
const MOST_BY_WORD = 50;

/**
 * Pairs that share four of five of all their words, two at least, the earlier first, in the order of the later. Texts that
 * have only common words are held against some of their like.
 */
export function* nearPairs<T extends Worded>(all: readonly T[]): Generator<readonly [T, T]> {
  const count = new Map<string, number>();
  for (const { words } of all) for (const word of words) count.set(word, (count.get(word) ?? 0) + 1);
  const byWord = new Map<string, T[]>();
  for (const later of all) {
    // Two texts that share four of five words share one of the rarest two of five.
    const rarest = [...later.words]
      .sort((a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0))
      .slice(0, Math.ceil(later.words.size * (1 - SAME)) + 1);
    const near = new Set(rarest.flatMap((word) => byWord.get(word)?.slice(0, MOST_BY_WORD) ?? []));
    for (const earlier of near)
      if (later.words.size >= 2 && sharedPart(later.words, earlier.words) >= SAME) yield [earlier, later];
    for (const word of rarest) {
      const having = byWord.get(word);
      if (having === undefined) byWord.set(word, [later]);
      else having.push(later);
    }
  }
}

/** How many of all words of two texts they share, 0 to 1. */
export function sharedPart(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
