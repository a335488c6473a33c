/** Which of many texts say nearly the same, without holding each against each. Pure. */

/** Something, with the words that carry its meaning. */
interface Worded {
  readonly words: ReadonlySet<string>;
}

/** Texts with less of all their words in common are about different things. */
const SAME = 0.8;
/** Texts that have a word in the same place of as many words: all of them can be alike with another text, or none. */
interface Posting {
  readonly size: number;
  readonly at: number;
  readonly texts: number[];
}

/**
 * Pairs that share four of five of all their words, two at least, the earlier first, in the order of the later. Two texts are
 * compared only where their rarest words let them be alike, by the prefix and positional filters of Xiao et al., "Efficient
 * Similarity Joins for Near Duplicate Detection" (WWW 2008). `mostByWord`: so many texts are compared by one word at most; texts
 * that have only common words are then held against some of their like.
 */
export function* nearPairs<T extends Worded>(
  all: readonly T[],
  mostByWord = Number.POSITIVE_INFINITY,
): Generator<readonly [T, T]> {
  const count = new Map<string, number>();
  for (const { words } of all) for (const word of words) count.set(word, (count.get(word) ?? 0) + 1);
  // In one order for all: else two texts could be alike and not meet.
  const rarer = (a: string, b: string): number => (count.get(a) ?? 0) - (count.get(b) ?? 0) || (a < b ? -1 : 1);
  const postings = new Map<string, Posting[]>();
  for (const [index, later] of all.entries()) {
    const words = [...later.words].sort(rarer);
    if (words.length < 2) continue;
    const near = new Set<number>();
    for (const [at, word] of words.entries()) {
      const left = words.length - at;
      if (left / words.length < SAME) break;
      const known = postings.get(word) ?? [];
      let room = mostByWord;
      for (const { size, at: place, texts } of known) {
        // What is rarer than the first word that both have, they do not share.
        if (!isAlike(Math.min(left, size - place), words.length, size)) continue;
        for (const one of texts.slice(0, room)) near.add(one);
        room = Math.max(0, room - texts.length);
      }
      const own = known.find(({ size, at: place }) => size === words.length && place === at);
      if (own === undefined) known.push({ size: words.length, at, texts: [index] });
      else own.texts.push(index);
      postings.set(word, known);
    }
    for (const other of [...near].sort((a, b) => a - b)) {
      const earlier = all[other];
      if (earlier !== undefined && sharedPart(later.words, earlier.words) >= SAME) yield [earlier, later];
    }
  }
}

/** Whether two texts of so many words are alike when they share `shared` of them. */
const isAlike = (shared: number, size: number, other: number): boolean => shared / (size + other - shared) >= SAME;

/** How many of all words of two texts they share, 0 to 1. */
export function sharedPart(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
