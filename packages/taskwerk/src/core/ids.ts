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
