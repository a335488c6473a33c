/** What a repository holds already, for a planner: every path, and a bounded text of files with what they export. */
import { exportedNames, hasNames } from "./exported-names.ts";

/** A repository as a planner sees it. */
export interface RepositoryMap {
  /** Every file, by its path with `/`. */
  readonly files: ReadonlySet<string>;
  /** Bounded: what does not fit is counted. */
  readonly text: string;
}

/** How much is said of a repository at the most. */
export interface MapLimits {
  /** Longest text, in characters. */
  readonly letters: number;
  /** Most files that are opened for their names. */
  readonly opened: number;
}

/** About 8,000 tokens. */
export const MAP_LIMITS: MapLimits = { letters: 32_000, opened: 600 };

/**
 * Makes the map. Files that share words with the documents come first where not all fit; the same files and documents give the
 * same text. `read` answers null for what is no text file of a sensible size.
 */
export async function mapRepository(
  paths: readonly string[],
  read: (path: string) => Promise<string | null>,
  documents: readonly { readonly text: string }[],
  limits: MapLimits = MAP_LIMITS,
): Promise<RepositoryMap> {
  const sorted = paths.toSorted();
  const wanted = wordsOf(documents.map(({ text }) => text).join("\n"));
  const byNeed = sorted
    .map((path, index) => ({ path, index, shared: [...wordsOf(path)].filter((word) => wanted.has(word)).length }))
    .sort((a, b) => b.shared - a.shared || Number(hasNames(b.path)) - Number(hasNames(a.path)) || a.index - b.index);
  const lines = new Map<string, string>();
  let [letters, opened] = [0, 0];
  for (const { path } of byNeed) {
    if (letters + path.length + 1 > limits.letters) break;
    let line = clean(path);
    if (hasNames(path) && opened < limits.opened) {
      opened += 1;
      const text = await read(path);
      const names = text === null ? [] : exportedNames(path, text);
      if (names.length > 0) line += `: ${names.join(", ")}`;
    }
    if (letters + line.length + 1 > limits.letters) line = clean(path);
    letters += line.length + 1;
    lines.set(path, line);
  }
  const shown = sorted.flatMap((path) => lines.get(path) ?? []);
  const left = sorted.length - shown.length;
  return {
    files: new Set(sorted),
    text: [...shown, ...(left > 0 ? [`(and ${left} more ${left === 1 ? "file" : "files"})`] : [])].join("\n"),
  };
}

/** A path is anybody's text, and may not end the line or the mark that it stands in. */
const clean = (path: string): string => path.replace(/[\p{Cc}\p{Cf}]/gu, "?").replaceAll("<", "&lt;");

const TOO_COMMON = new Set(["src", "lib", "test", "tests", "index", "main", "the", "and", "for", "must", "should"]);

function wordsOf(text: string): ReadonlySet<string> {
  const words = text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .match(/[a-z]{3,}/g);
  return new Set((words ?? []).map((word) => word.replace(/s$/, "")).filter((word) => !TOO_COMMON.has(word)));
}
