import type { Cell, Piece, PrintedLine } from "./piece.ts";

/** Gaps as parts of the font's height: words are nearer than a space, cells of a table farther apart than two letters. */
const SPACE = 0.12;
const CELL = 1.6;
/** A mark such as a bullet or "(a)" may stand far from its words. */
const MARK =
  /^(?:[-*+•‣▪◦·–—o]|\(?\d{1,4}[.)]|\(?[a-z][.)]|\d{1,3}(?:\.\d{1,3})+\.?|[\u2610\u2611\u2612\u25a1\u25a0])$/u;

/** The lines of one column, from top to bottom. */
export function linesOf(pieces: readonly Piece[], page: number): readonly PrintedLine[] {
  const rows: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => a.y - b.y || a.x - b.x)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (
      row !== undefined &&
      first !== undefined &&
      Math.abs(first.y - piece.y) <= Math.min(first.size, piece.size) * 0.4
    )
      row.push(piece);
    else rows.push([piece]);
  }
  return rows.map((row) =>
    lineOf(
      row.sort((a, b) => a.x - b.x),
      page,
    ),
  );
}

function lineOf(row: readonly Piece[], page: number): PrintedLine {
  const cells: { text: string; x: number }[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { text, x, width, size } of row) {
    const cell = cells.at(-1);
    const gap = x - end;
    if (cell === undefined || (gap > size * CELL && !MARK.test(cell.text.trim()))) cells.push({ text, x });
    else cell.text += (gap > size * SPACE && !/\s$/.test(cell.text) && !/^\s/.test(text) ? " " : "") + text;
    end = Math.max(end, x + width);
  }
  const trimmed: readonly Cell[] = cells.map(({ text, x }) => ({ text: text.replace(/\s+/g, " ").trim(), x }));
  const letters = (piece: Piece): number => piece.text.trim().length;
  const all = row.reduce((sum, piece) => sum + letters(piece), 0);
  const bold = row.filter((piece) => piece.bold).reduce((sum, piece) => sum + letters(piece), 0);
  return {
    page,
    text: trimmed.map(({ text }) => text).join("   "),
    cells: trimmed,
    words: row.map(({ text, x, width }) => ({ text, x, right: x + width })),
    x: row[0]?.x ?? 0,
    y: row[0]?.y ?? 0,
    right: end,
    size: row.reduce((most, piece) => (letters(piece) > letters(most) ? piece : most)).size,
    bold: bold > all / 2,
  };
}
