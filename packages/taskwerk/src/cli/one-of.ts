import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";

/** The word that a flag takes, one of those known. Throws USAGE with the nearest one. */
export function oneOf<T extends string>(flag: string, word: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === word);
  if (found) return found;
  const near = nearest(word, known);
  throw new WerkError("USAGE", `--${flag}: no "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Use one of:  ${known.join(", ")}`,
    field: flag,
    given: word,
  });
}
