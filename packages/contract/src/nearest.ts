/**
 * The candidate that was probably meant, or null: at most a third of the word's letters changed (two at least allowed
 * for words of five letters and more, dashes before them not counted), or the one candidate it is the beginning of.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const given = word.toLowerCase();
  const letters = given.replace(/^-+/, "").length;
  const limit = letters < 5 ? 1 : Math.max(2, Math.floor(letters / 3));
  let best: string | null = null;
  let least = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(given, candidate.toLowerCase(), least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  if (best !== null) return best;
  const longer = candidates.filter((candidate) => given.length > 1 && candidate.toLowerCase().startsWith(given));
  return longer.length === 1 ? longer[0]! : null;
}

/** Letters added, removed, changed, or swapped with a neighbour (optimal string alignment); stops counting at `enough`. */
function editDistance(a: string, b: string, enough: number): number {
  if (Math.abs(a.length - b.length) >= enough) return enough;
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, older[j - 2]! + 1);
      current.push(cost);
    }
    [older, previous] = [previous, current];
  }
  return previous[b.length]!;
}
