/**
 * True when some path may fit both globs. `*` and `?` stand for characters within a name, `**` for any number of names; what
 * else has a meaning (`[…]`, `{…}`) counts as `*`, so that a doubt is a yes. A path without any stands for all below it too.
 */
export function globsOverlap(one: string, other: string): boolean {
  return segmentsOverlap(segmentsOf(one), segmentsOf(other));
}

const ANY_NAMES = "**";

/** Names of a path, from the top; a plain one goes on below itself. */
function segmentsOf(glob: string): readonly string[] {
  const plain = !/[*?[{]/.test(glob);
  const names = glob
    .replace(/\[[^\]]*\]?|\{[^}]*\}?/g, "*")
    .split("/")
    .filter((name) => name !== "" && name !== ".");
  return plain ? [...names, ANY_NAMES] : names;
}

/** Both as patterns over a list, met element by element; a table of what can still meet, from the ends backwards. */
function meet<T>(
  one: readonly T[],
  other: readonly T[],
  isMany: (part: T) => boolean,
  fits: (a: T, b: T) => boolean,
): boolean {
  // below[j]: what is left of `one` behind here can meet what is left of `other` from j.
  let below: readonly boolean[] = other.map((_, j) => other.slice(j).every(isMany)).concat(true);
  for (const part of one.toReversed()) {
    const row: boolean[] = [];
    row[other.length] = isMany(part) && below[other.length]!;
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const many = isMany(part) || isMany(other[j]!);
      row[j] = many ? below[j]! || row[j + 1]! : fits(part, other[j]!) && below[j + 1]!;
    }
    below = row;
  }
  return below[0]!;
}

const segmentsOverlap = (one: readonly string[], other: readonly string[]): boolean =>
  meet(one, other, (name) => name === ANY_NAMES, namesOverlap);

const namesOverlap = (one: string, other: string): boolean =>
  meet(
    [...one],
    [...other],
    (char) => char === "*",
    (a, b) => a === b || a === "?" || b === "?",
  );
