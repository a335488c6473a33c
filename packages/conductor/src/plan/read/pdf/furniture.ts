import type { PrintedLine, PrintedPage } from "./piece.ts";

/** Where running heads and page numbers stand, as a part of the page's height from its top and bottom. */
const MARGIN = 0.1;

const shape = (line: PrintedLine): string => line.text.toLowerCase().replace(/\d+/g, "#");

/** The lines of all pages without running heads and page numbers: what stands at the edge of most pages, but for its number. */
export function withoutFurniture(pages: readonly PrintedPage[]): readonly PrintedLine[] {
  const atEdge = (page: PrintedPage, line: PrintedLine): boolean =>
    line.y < page.height * MARGIN || line.y > page.height * (1 - MARGIN);
  const seen = new Map<string, Set<number>>();
  for (const page of pages)
    for (const line of page.lines)
      if (atEdge(page, line)) seen.set(shape(line), (seen.get(shape(line)) ?? new Set()).add(page.number));
  const repeated = (line: PrintedLine): boolean => {
    const on = seen.get(shape(line))?.size ?? 0;
    return (on >= 2 && on >= pages.length / 3) || /^(?:page )?[#ivx]+(?: (?:of|\/) #)?$/.test(shape(line));
  };
  return pages.flatMap((page) => page.lines.filter((line) => !(atEdge(page, line) && repeated(line))));
}
