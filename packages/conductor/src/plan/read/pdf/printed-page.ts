import type { PDFPageProxy } from "pdfjs-dist";
import { Util } from "pdfjs-dist/legacy/build/pdf.min.mjs";
import { inColumns } from "./columns.ts";
import { damaged } from "./damaged.ts";
import { linesOf } from "./lines.ts";
import type { Piece, PrintedPage } from "./piece.ts";
import { findUnseen, type UnseenRun } from "./unseen.ts";

/** Reads one page: its lines in reading order, and what on it nobody sees. Text that is turned round is left out. */
export async function printedPage(page: PDFPageProxy): Promise<PrintedPage> {
  const viewport = page.getViewport({ scale: 1 });
  const { runs, images } = await findUnseen(page);
  const { items } = await damaged(`page ${page.pageNumber}`, page.getTextContent());
  const pieces: Piece[] = [];
  const shown = items.flatMap((item) => ("str" in item && item.str.trim() !== "" ? [item] : []));
  // A page that shows only pictures and has only text without ink was scanned: that text is its reading, and no secret.
  const scanned = images && runs.length > 0 && shown.every((item) => isUnseen(item.str, item.transform, runs));
  for (const item of shown) {
    if (!scanned && isUnseen(item.str, item.transform, runs)) continue;
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = Util.transform(viewport.transform, item.transform) as number[];
    if (Math.abs(b) > Math.abs(a)) continue;
    const size = Math.hypot(c, d) || item.height;
    pieces.push({ text: item.str, x, y, width: item.width, size, bold: isBold(page, item.fontName) });
  }
  return {
    number: page.pageNumber,
    height: viewport.height,
    lines: inColumns(pieces, viewport.width).flatMap((column) => linesOf(column, page.pageNumber)),
    hidden: scanned
      ? []
      : runs.map(({ text, x, y }) => ({
          text: text.trim(),
          y: (Util.transform(viewport.transform, [1, 0, 0, 1, x, y]) as number[])[5] ?? 0,
        })),
  };
}

const squeezed = (text: string): string => text.replace(/\s+/g, "");

/** Where a run begins and what it says, both: a page may say the same thing twice, once for everybody. */
function isUnseen(text: string, transform: readonly number[], runs: readonly UnseenRun[]): boolean {
  const [x = 0, y = 0] = transform.slice(4);
  const says = squeezed(text);
  return runs.some((run) => {
    if (Math.abs(run.y - y) > 1) return false;
    const hidden = squeezed(run.text);
    return Math.abs(run.x - x) <= 1 ? hidden.startsWith(says) || says === hidden : run.x < x && hidden.includes(says);
  });
}

function isBold(page: PDFPageProxy, font: string): boolean {
  if (!page.commonObjs.has(font)) return false;
  const { name, bold, black } = page.commonObjs.get(font) as { name?: string; bold?: boolean; black?: boolean };
  return bold === true || black === true || /bold|black|heavy|semib|demi/i.test(name ?? "");
}
