import type { PrintedLine } from "./piece.ts";

/**
 * Print in one size as a typewriter would have it: an empty line where there is more space than between the lines of a
 * paragraph, and at a page break unless a sentence goes on over it.
 */
export function spaced(lines: readonly PrintedLine[]): readonly PrintedLine[] {
  const gaps = lines.flatMap((line, index) => {
    const above = lines[index - 1];
    return above !== undefined && above.page === line.page && line.y > above.y ? [line.y - above.y] : [];
  });
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 4)] ?? 0;
  return lines.flatMap((line, index) => {
    const above = lines[index - 1];
    if (above === undefined) return [line];
    const far =
      above.page === line.page && line.y > above.y
        ? line.y - above.y > usual * 1.4
        : /[.!?:]$/.test(above.text) || !/^\p{Ll}/u.test(line.text);
    return far ? [{ ...above, text: "", cells: [], words: [] }, line] : [line];
  });
}
