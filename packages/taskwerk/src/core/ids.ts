/** What a person typed where an id is wanted: a display id in its canonical form, or the end of a uid. */
export type IdForm =
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "uid"; readonly suffix: string }
  | { readonly kind: "none" };

const FORM = /^(?:([a-z][a-z0-9]*)-)?(\d{1,9}(?:\.\d{1,9})*)$/i;
const UID_END = /^[0-9a-hjkmnp-tv-z]{6,26}$/i;

/** `TASK-001` for the numbers [1], `TASK-012.3` for [12, 3]. */
export function printId(prefix: string, numbers: readonly number[]): string {
  const [root, ...rest] = numbers;
  return `${prefix}-${[String(root).padStart(3, "0"), ...rest].join(".")}`;
}

/** A number that an import keeps is at most this: behind it there must be some that can be given, and typed. */
const LARGEST_KEPT = 900_000_000;

/** True for an id that no later one is pushed out of reach by. */
export const canBeKept = (id: string): boolean =>
  id
    .slice(id.lastIndexOf("-") + 1)
    .split(".")
    .every((number) => Number(number) <= LARGEST_KEPT);

/** `@last`: the task that somebody changed last, in his session where he has one. */
export const LAST_TASK = "@last";

const RANGE = /^(?:([a-z][a-z0-9]*)-)?(\d{1,9})\.\.(?:([a-z][a-z0-9]*)-)?(\d{1,9})$/i;

/**
 * The ids of `3..7` or `TASK-3..7`; null for a word that is no range. `backwards`: its ends stand the wrong way round, or are
 * of two stores. `many`: it is more than `most`.
 */
export function idsOfRange(word: string, most: number): readonly string[] | "backwards" | "many" | null {
  const range = RANGE.exec(word);
  if (!range) return null;
  const [, prefix = "", first, otherPrefix = prefix, last] = range;
  const [from, to] = [Number(first), Number(last)];
  if (to < from || prefix.toLowerCase() !== otherPrefix.toLowerCase()) return "backwards";
  if (to - from >= most) return "many";
  const before = prefix === "" ? "" : `${prefix}-`;
  return Array.from({ length: to - from + 1 }, (_, index) => before + String(from + index));
}

/** True for a word that can only be meant as an id: `12`, `TASK-012.3`, `@last`, `3..7`, a uid or its end with a digit. */
export const looksLikeId = (word: string): boolean =>
  word === LAST_TASK || FORM.test(word) || RANGE.test(word) || (UID_END.test(word) && /\d/.test(word));

/** Reads `12`, `TASK-12`, `task-012`, `TASK-012.3` and the last 6 letters or more of a uid. A foreign prefix is none. */
export function parseId(text: string, prefix: string): IdForm {
  const word = text.trim();
  const match = FORM.exec(word);
  if (match) {
    const [, given, numbers] = match;
    if (given !== undefined && given.toUpperCase() !== prefix.toUpperCase()) return { kind: "none" };
    return { kind: "id", id: printId(prefix, numbers!.split(".").map(Number)) };
  }
  return UID_END.test(word) ? { kind: "uid", suffix: word.toUpperCase() } : { kind: "none" };
}
