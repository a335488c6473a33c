/** Something that may stand at the cursor. */
export interface Candidate {
  readonly value: string;
  /** What it is, for shells that show it. */
  readonly about: string;
}

/** Asks the shell for its own file names. */
export const FILES: readonly Candidate[] = [{ value: ":files", about: "" }];

/** Words that need no explanation. */
export const plain = (words: readonly string[], about = ""): readonly Candidate[] =>
  words.map((value) => ({ value, about }));

/** Those that begin with what is typed, in any case. */
export const startingWith = (typed: string, candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates === FILES ? FILES : candidates.filter(({ value }) => value.toLowerCase().startsWith(typed.toLowerCase()));

/** The same for a comma list: what stands before the last comma stays, and is not offered again. */
export function inCommaList(typed: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const end = typed.lastIndexOf(",") + 1;
  const before = typed.slice(0, end);
  const taken = new Set(before.split(","));
  return startingWith(typed.slice(end), candidates)
    .filter(({ value }) => !taken.has(value))
    .map(({ value, about }) => ({ value: before + value, about }));
}
