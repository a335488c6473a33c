/** The lines that a change adds, read from its unified diff. Pure. */

export interface AddedLine {
  readonly path: string;
  /** Its number in the new file, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Every added line, in order. */
export function* addedLines(diff: string): Generator<AddedLine> {
  let path = "";
  let line = 0;
  let inHunk = false;
  for (const text of diff.split("\n")) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk !== null) {
      line = Number(hunk[1]);
      inHunk = true;
    } else if (text.startsWith("diff --git ")) inHunk = false;
    else if (!inHunk && text.startsWith("+++ "))
      path = text
        .slice(4)
        .replace(/^"?b\//, "")
        .replace(/"?\t?$/, "");
    else if (inHunk && text.startsWith("+")) {
      yield { path, line, text: text.slice(1) };
      line += 1;
    } else if (inHunk && !text.startsWith("-") && !text.startsWith("\\")) line += 1;
  }
}

/** How many lines a change adds and takes away, whatever they begin with. */
export function countChanged(diff: string): number {
  let count = 0;
  let inHunk = false;
  for (const text of diff.split("\n")) {
    if (text.startsWith("@@ -")) inHunk = true;
    else if (text.startsWith("diff --git ")) inHunk = false;
    else if (inHunk && /^[+-]/.test(text)) count += 1;
  }
  return count;
}

/** The same as numbers by path; lines without a letter or digit (a brace alone) are left out. */
export function addedByPath(diff: string): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const { path, line, text } of addedLines(diff)) {
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    const lines = found.get(path) ?? new Set();
    found.set(path, lines);
    lines.add(line);
  }
  return found;
}
