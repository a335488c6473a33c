import { WerkError } from "@taskwerk/contract/errors";

/** What somebody searches for. */
export interface SearchWords {
  /** As an expression of the full-text index: every piece a string of its own, so that none of it is an operator. */
  readonly match: string;
  /** The words in lower case, to find them again in a text. */
  readonly words: readonly string[];
}

const MOST = 50;

/**
 * Words as a search takes them: all must be there, each may be the beginning of one; `"two words"` in quotes stand so.
 * Throws INVALID_QUERY where there is nothing to look for.
 */
export function searchWords(text: string): SearchWords {
  // The index reads an expression up to the first NUL, and in what it holds takes one for a blank.
  const pieces = Array.from(text.replaceAll("\0", " ").matchAll(/"([^"]*)"|[^\s"]+/g), ([piece, phrase]) => ({
    text: phrase ?? piece,
    whole: phrase !== undefined,
  })).filter((piece) => /[\p{L}\p{N}]/u.test(piece.text));
  if (pieces.length === 0 || pieces.length > MOST) {
    throw new WerkError(
      "INVALID_QUERY",
      pieces.length === 0 ? "there is no word to look for." : `more than ${MOST} words.`,
      {
        hint: "For instance:  taskwerk search retry backoff",
        field: "text",
        given: text.slice(0, 100),
      },
    );
  }
  return {
    match: pieces.map((piece) => `"${piece.text.replaceAll('"', '""')}"${piece.whole ? "" : "*"}`).join(" "),
    words: pieces.flatMap((piece) => wordsIn(piece.text)),
  };
}

const wordsIn = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const AROUND = 30;
const LONGEST = 90;

/** The words around the first one in a text that was looked for, on one line; null where there is none. */
export function snippetOf(text: string, words: readonly string[]): string | null {
  const line = text.replace(/\s+/g, " ").trim();
  for (const found of line.matchAll(/[\p{L}\p{N}]+/gu)) {
    const word = found[0].toLowerCase();
    if (!words.some((one) => isLike(word, one))) continue;
    if (line.length <= LONGEST) return line;
    const from = found.index <= AROUND ? 0 : line.indexOf(" ", found.index - AROUND) + 1;
    const end = line.lastIndexOf(" ", from + LONGEST);
    const to = line.length - from <= LONGEST ? line.length : end > found.index + word.length ? end : from + LONGEST;
    return `${from > 0 ? "... " : ""}${line.slice(from, to)}${to < line.length ? " ..." : ""}`;
  }
  return null;
}

/** The index knows words by their stems: `retries` is found by `retry`. So an ending may differ. */
function isLike(word: string, wanted: string): boolean {
  if (word.startsWith(wanted)) return true;
  const stem = Math.max(3, Math.min(word.length, wanted.length) - 3);
  return word.length >= stem && wanted.length >= stem && word.slice(0, stem) === wanted.slice(0, stem);
}
