import type { Piece } from "./piece.ts";

/** Fewest lines on either side that make two columns; a table seldom has so many as long. */
const LEAST = 10;

/**
 * The pieces of a page, parted where it is set in two columns: what stands over both comes before them, what stands under
 * both after. Other pages are one column.
 */
export function inColumns(pieces: readonly Piece[], width: number): readonly (readonly Piece[])[] {
  const middle = width / 2;
  const reach = width * 0.06;
  const crosses = (piece: Piece): boolean => piece.x < middle - reach && piece.x + piece.width > middle + reach;
  const wide = pieces.filter(crosses);
  const left = pieces.filter((piece) => !crosses(piece) && piece.x < middle - reach);
  const right = pieces.filter((piece) => !crosses(piece) && piece.x >= middle - reach);
  const full = (side: readonly Piece[]): number => side.filter((piece) => piece.width > width * 0.28).length;
  if (full(left) < LEAST || full(right) < LEAST || wide.length > (left.length + right.length) / 4) return [pieces];
  const top = Math.min(...left.map(({ y }) => y), ...right.map(({ y }) => y));
  return [wide.filter(({ y }) => y <= top), left, right, wide.filter(({ y }) => y > top)].filter(
    (part) => part.length > 0,
  );
}
