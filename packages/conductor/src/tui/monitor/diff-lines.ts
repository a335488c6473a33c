/** A unified difference line by line: what each line is, and where files and hunks begin. Pure. */

/** `head`: names and modes of a file; `hunk`: where in the file it is. */
export type DiffKind = "file" | "head" | "hunk" | "added" | "removed" | "same";

export interface DiffLine {
  readonly kind: DiffKind;
  readonly text: string;
}

export interface DiffLines {
  readonly lines: readonly DiffLine[];
  /** Numbers of the lines where a file and where a hunk begins. */
  readonly files: readonly number[];
  readonly hunks: readonly number[];
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** What stands in a hunk is told by its counts: a removed `-- comment` is no head. */
export function diffLines(text: readonly string[]): DiffLines {
  const lines: DiffLine[] = [];
  const files: number[] = [];
  const hunks: number[] = [];
  let before = 0;
  let after = 0;
  for (const one of text) {
    const hunk = before + after > 0 ? null : HUNK.exec(one);
    if (hunk !== null) {
      before = Number(hunk[1] ?? 1);
      after = Number(hunk[2] ?? 1);
      hunks.push(lines.length);
    }
    const kind = hunk !== null ? "hunk" : before + after > 0 ? inHunk(one) : one.startsWith("diff ") ? "file" : "head";
    if (kind === "file") files.push(lines.length);
    if (kind === "removed" || kind === "same") before -= 1;
    if (kind === "added" || kind === "same") after -= 1;
    lines.push({ kind, text: one.replaceAll("\t", "    ") });
  }
  return { lines, files, hunks };
}

/** `\ No newline at end of file` belongs to no side. */
function inHunk(line: string): DiffKind {
  if (line.startsWith("+")) return "added";
  if (line.startsWith("-")) return "removed";
  return line.startsWith("\\") ? "head" : "same";
}
