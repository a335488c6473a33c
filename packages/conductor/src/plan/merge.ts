/** Lists of which two sides have each made another one: what one side added or took away is added or taken away. Pure. */
import { isDeepStrictEqual } from "node:util";

/** Texts: as a person has them, without what the new list lost, and with what it gained. */
export const mergeTexts = (
  before: readonly string[],
  standing: readonly string[],
  now: readonly string[],
): readonly string[] => mergeItems(before, standing, now, (text) => text);

/** The same for things that are one when their texts are: of two, the standing one stays, unless only the new list changed it. */
export function mergeItems<T>(
  before: readonly T[],
  standing: readonly T[],
  now: readonly T[],
  textOf: (one: T) => string,
): readonly T[] {
  const had = new Map(before.map((one) => [textOf(one), one]));
  const has = new Map(now.map((one) => [textOf(one), one]));
  const there = new Set(standing.map(textOf));
  return [
    ...standing
      .filter((one) => !had.has(textOf(one)) || has.has(textOf(one)))
      .map((one) => (isDeepStrictEqual(one, had.get(textOf(one))) ? (has.get(textOf(one)) ?? one) : one)),
    ...now.filter((one) => !had.has(textOf(one)) && !there.has(textOf(one))),
  ];
}

/**
 * Things with names: those of the new list in its order, merged with what stands; what a person dropped stays away, what a
 * person wrote stays behind what it stood behind, and what is gone from the new list goes.
 */
export function mergeByName<T>(
  before: readonly T[],
  standing: readonly T[],
  now: readonly T[],
  nameOf: (one: T) => string,
  merge: (before: T, standing: T, now: T) => T,
): readonly T[] {
  const had = new Map(before.map((one) => [nameOf(one), one]));
  const stands = new Map(standing.map((one) => [nameOf(one), one]));
  const fresh = new Set(now.map(nameOf));
  const merged = now.flatMap((one): readonly T[] => {
    const name = nameOf(one);
    const own = stands.get(name);
    if (own === undefined) return had.has(name) ? [] : [one];
    return [merge(had.get(name) ?? one, own, one)];
  });
  const kept = standing.filter((one) => !fresh.has(nameOf(one)) && !had.has(nameOf(one)));
  const placed = [...merged];
  for (const one of kept) {
    const there = new Set(placed.map(nameOf));
    const ahead = standing.slice(0, standing.indexOf(one)).findLast((other) => there.has(nameOf(other)));
    placed.splice(ahead === undefined ? 0 : placed.findIndex((other) => nameOf(other) === nameOf(ahead)) + 1, 0, one);
  }
  return placed;
}
