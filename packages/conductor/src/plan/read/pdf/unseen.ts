import type { PDFPageProxy } from "pdfjs-dist";
import { OPS, Util } from "pdfjs-dist/legacy/build/pdf.min.mjs";

import { damaged } from "./damaged.ts";

type Matrix = readonly number[];

/** Words that were drawn where nobody sees them, and where they begin (in the page's own points). */
export interface UnseenRun {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

interface Ink {
  matrix: Matrix;
  white: boolean;
  mode: number;
}

/** A rectangle that something was filled in, in the page's own points. */
type Box = readonly [number, number, number, number];

const INVISIBLE = 3;
const UNIT: Matrix = [1, 0, 0, 1, 0, 0];
const PAINTS: ReadonlySet<number> = new Set([OPS.fill, OPS.eoFill, OPS.fillStroke, OPS.eoFillStroke]);

/** Paler than any reader would notice on paper. */
const isWhite = (colour: unknown): boolean =>
  typeof colour === "string" &&
  (/^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)?.slice(1) ?? ["0"]).every(
    (part) => Number.parseInt(part, 16) >= 0xf2,
  );

/**
 * Text in white where nothing darker was filled before, or drawn without ink, as scanners' text layers are. `images`: the page
 * shows pictures, so text without ink is most likely what a scanner read from them.
 */
export async function findUnseen(page: PDFPageProxy): Promise<{ runs: readonly UnseenRun[]; images: boolean }> {
  const { fnArray, argsArray } = await damaged(`page ${page.pageNumber}`, page.getOperatorList());
  const runs: UnseenRun[] = [];
  const filled: Box[] = [];
  let images = false;
  let ink: Ink = { matrix: UNIT, white: false, mode: 0 };
  const kept: Ink[] = [];
  let text: Matrix = UNIT;
  let line: Matrix = UNIT;
  let leading = 0;
  const place = (matrix: Matrix): void => {
    text = matrix;
    line = matrix;
  };
  const moved = (x: number, y: number): Matrix => Util.transform(line as number[], [1, 0, 0, 1, x, y]) as Matrix;
  for (const [index, operator] of fnArray.entries()) {
    const args = (argsArray[index] ?? []) as readonly unknown[];
    const numbers = args as readonly number[];
    switch (operator) {
      case OPS.save:
      case OPS.paintFormXObjectBegin:
        kept.push({ ...ink });
        if (operator === OPS.paintFormXObjectBegin && args[0] !== null && args[0] !== undefined)
          ink.matrix = Util.transform(ink.matrix as number[], [...(args[0] as number[])]) as Matrix;
        break;
      case OPS.restore:
      case OPS.paintFormXObjectEnd:
        ink = kept.pop() ?? ink;
        break;
      case OPS.transform:
        ink.matrix = Util.transform(ink.matrix as number[], [...numbers]) as Matrix;
        break;
      case OPS.setFillRGBColor:
        ink.white = isWhite(args[0]);
        break;
      case OPS.setFillColorN:
      case OPS.setFillTransparent:
        ink.white = false;
        break;
      case OPS.setTextRenderingMode:
        ink.mode = numbers[0] ?? 0;
        break;
      case OPS.beginText:
        place(UNIT);
        break;
      case OPS.setTextMatrix:
        place([...(typeof args[0] === "number" ? numbers : Object.values(args[0] as ArrayLike<number>))]);
        break;
      case OPS.setLeading:
        leading = -(numbers[0] ?? 0);
        break;
      case OPS.setLeadingMoveText:
        leading = numbers[1] ?? 0;
        place(moved(numbers[0] ?? 0, numbers[1] ?? 0));
        break;
      case OPS.moveText:
        place(moved(numbers[0] ?? 0, numbers[1] ?? 0));
        break;
      case OPS.nextLine:
      case OPS.nextLineShowText:
        place(moved(0, leading));
        break;
      case OPS.constructPath: {
        const bounds = args[2] as ArrayLike<number> | null | undefined;
        if (!ink.white && bounds !== null && bounds !== undefined && PAINTS.has(numbers[0] ?? -1))
          filled.push(boxOf(bounds, ink.matrix));
        break;
      }
      case OPS.paintImageXObject:
      case OPS.paintInlineImageXObject:
      case OPS.paintImageMaskXObject:
        images = true;
        filled.push(boxOf([0, 0, 1, 1], ink.matrix));
        break;
      default:
        break;
    }
    if (operator !== OPS.showText && operator !== OPS.nextLineShowText) continue;
    const at = Util.transform(ink.matrix as number[], text as number[]) as Matrix;
    const [x, y] = [at[4] ?? 0, at[5] ?? 0];
    const onWhite =
      ink.white && !filled.some(([left, bottom, right, top]) => left <= x && x <= right && bottom <= y && y <= top);
    if (ink.mode === INVISIBLE || onWhite) runs.push({ text: wordsOf(args[0]), x, y });
  }
  return { runs: runs.filter((run) => run.text.trim() !== ""), images };
}

function boxOf(bounds: ArrayLike<number>, matrix: Matrix): Box {
  const [left = 0, bottom = 0, right = 0, top = 0] = Array.from(bounds);
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = matrix;
  const xs = [left * a + bottom * c + e, right * a + top * c + e];
  const ys = [left * b + bottom * d + f, right * b + top * d + f];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Glyphs as their characters; a wide step between two of them is a space. */
function wordsOf(glyphs: unknown): string {
  if (!Array.isArray(glyphs)) return "";
  return glyphs
    .map((glyph: unknown) => {
      if (typeof glyph === "number") return glyph < -200 ? " " : "";
      return typeof glyph === "object" && glyph !== null && "unicode" in glyph ? String(glyph.unicode) : "";
    })
    .join("");
}
