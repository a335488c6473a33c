import { MAX_NESTING, TooDeep } from "./block.ts";

const FENCE = /^[ \t]{0,3}(`{3,}|~{3,})/;
const MARKER = /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/;

/**
 * Refuses text whose lists and quotes nest deeper than MAX_NESTING, before a parser sees it: parsers of Markdown need
 * time that grows with the square of the depth. One pass over the lines. Throws TooDeep.
 */
export function refuseDeepNesting(text: string): void {
  const open: number[] = [];
  let fence: string | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined && (fence === null || (mark[0] === fence[0] && mark.length >= fence.length))) {
      fence = fence === null ? mark : null;
      continue;
    }
    if (fence !== null) continue;
    let column = 0;
    let quotes = 0;
    let at = 0;
    let markers = 0;
    while (at < line.length && quotes + markers <= MAX_NESTING) {
      const char = line[at];
      if (char === " " || char === "\t") {
        column += char === "\t" ? 4 : 1;
        at += 1;
        continue;
      }
      if (char === ">") {
        quotes += 1;
        at += 1;
        column += 1;
        continue;
      }
      const marker = MARKER.exec(line.slice(at, at + 11))?.[0];
      if (marker === undefined) break;
      while (open.length > 0 && (open.at(-1) ?? 0) >= column) open.pop();
      open.push(column);
      markers += 1;
      at += marker.length;
      column += marker.length;
    }
    if (markers === 0 && column === 0 && at < line.length && quotes === 0) open.length = 0;
    if (quotes + markers > MAX_NESTING || open.length > MAX_NESTING) throw new TooDeep(index + 1);
  }
}
