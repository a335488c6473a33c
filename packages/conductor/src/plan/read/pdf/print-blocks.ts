/** Printed lines to blocks: headings by their size and weight, lists by their marks, tables by their columns. Pure. */
import { type Block, MAX_NESTING, TooDeep } from "../block.ts";
import type { PrintedLine } from "./piece.ts";
import { gapBetween, type Numbered, tableAt } from "./table.ts";

const ITEM = /^([-*+•‣▪◦·–—]|\(?\d{1,3}[.)]|\(?[a-z][.)]|[\u2610\u2611\u2612\u25a1\u25a0])\s+(?=\S)(\[[ xX]\]\s+)?/u;
const BULLET = /^[•‣▪◦·]/;
const NUMBERED = /^\d{1,3}(?:\.\d{1,3})*\.?\s+\p{Lu}/u;
const TICKED = /[\u2611\u2612\u25a0]/u;
const BOX = /[\u2610-\u2612\u25a0\u25a1]/u;

/** The size in which most letters are printed. */
function bodySize(lines: readonly PrintedLine[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) {
    const rounded = Math.round(size * 2) / 2;
    letters.set(rounded, (letters.get(rounded) ?? 0) + text.length);
  }
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 10;
}

const round = (size: number): number => Math.round(size * 2) / 2;

function isHeading(line: PrintedLine, body: number): boolean {
  const { text, size, bold, cells } = line;
  if (cells.length > 1 || text.length > 120 || !/\p{L}/u.test(text)) return false;
  if (BULLET.test(text)) return false;
  if (round(size) >= body + 1) return !/[.;,]$/.test(text) || NUMBERED.test(text);
  return bold && round(size) >= body && text.length <= 90 && !/[.;,:]$/.test(text);
}

/** True when nothing but numbers, capitals and the like could tell headings: the plain-text reader knows those. */
export function isPlainPrint(lines: readonly PrintedLine[]): boolean {
  const body = bodySize(lines);
  return !lines.some((line) => isHeading(line, body));
}

/** Blocks of printed lines; the n-th line is line n of the document's text. Throws TooDeep. */
export function printBlocks(printed: readonly PrintedLine[]): readonly Block[] {
  const lines: readonly Numbered[] = printed.map((line, index) => ({ ...line, at: index + 1 }));
  const body = bodySize(lines);
  const sizes = [...new Set(lines.filter((line) => isHeading(line, body)).map((line) => weight(line)))].sort(
    (a, b) => b - a,
  );
  const usual = usualGap(lines);
  const endsTable = (line: Numbered, gap: number | null): boolean =>
    line.cells.length === 1 &&
    (BULLET.test(line.text) ||
      (isHeading(line, body) && (round(line.size) > body || NUMBERED.test(line.text) || (gap ?? 0) > usual * 1.5)));
  const blocks: Block[] = [];
  const open: { index: number; x: number }[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (isHeading(line, body)) {
      let end = at + 1;
      while (goesOnAsHeading(lines[end - 1]!, lines[end], body)) end += 1;
      open.length = 0;
      const text = lines
        .slice(at, end)
        .map((one) => one.text)
        .join(" ");
      const level = Math.min(6, 1 + sizes.indexOf(weight(line)));
      blocks.push({ kind: "heading", level, text, ...spanOf(lines, at, end), in: null, quoted: false });
      at = end;
      continue;
    }
    const table = ITEM.test(line.text) ? null : tableAt(lines, at, usual, endsTable);
    if (table !== null) {
      const { header, rows, last } = table;
      open.length = 0;
      blocks.push({ kind: "table", header, rows, first: line.at, last, in: null, quoted: false });
      at = last;
      continue;
    }
    at = addRun(lines, at, { body, usual }, blocks, open);
  }
  return blocks;
}

/** The gap between lines of one paragraph, as a part of the font's height: the one that is found most. */
function usualGap(lines: readonly Numbered[]): number {
  const count = new Map<number, number>();
  for (const [index, line] of lines.entries()) {
    const above = lines[index - 1];
    const gap = above === undefined || above.cells.length > 1 || line.cells.length > 1 ? null : gapBetween(above, line);
    if (gap === null || gap < 0.9 || gap > 2.2) continue;
    const rounded = Math.round(gap * 20) / 20;
    count.set(rounded, (count.get(rounded) ?? 0) + 1);
  }
  return [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 1.3;
}

/** What the lines of a document have in common: the size of its print and the gap between its lines. */
interface Print {
  readonly body: number;
  readonly usual: number;
}

const weight = (line: PrintedLine): number => round(line.size) * 2 + (line.bold ? 1 : 0);

const spanOf = (lines: readonly Numbered[], from: number, end: number) => ({
  first: lines[from]!.at,
  last: lines[end - 1]!.at,
});

function goesOnAsHeading(above: Numbered, below: Numbered | undefined, body: number): boolean {
  if (below === undefined || !isHeading(below, body) || weight(above) !== weight(below)) return false;
  const gap = gapBetween(above, below);
  return gap !== null && gap < 1.5 && !ITEM.test(below.text) && !NUMBERED.test(below.text);
}

/** An item or paragraph with the lines that go on it, also over a page break; the index of the line after it. */
function addRun(
  lines: readonly Numbered[],
  from: number,
  print: Print,
  blocks: Block[],
  open: { index: number; x: number }[],
): number {
  const start = lines[from]!;
  const mark = ITEM.exec(start.text);
  while (open.length > 0 && start.x <= (open.at(-1)?.x ?? 0) + 2) open.pop();
  let end = from + 1;
  while (goesOn(lines[end - 1]!, lines[end], start, mark !== null, print)) end += 1;
  const own = lines
    .slice(from, end)
    .map(({ text }, index) => (index === 0 ? text.slice(mark?.[0].length ?? 0) : text))
    .join("\n");
  const place = { ...spanOf(lines, from, end), in: open.at(-1)?.index ?? null, quoted: false };
  if (mark === null) {
    blocks.push({ kind: "paragraph", text: own, ...place });
    return end;
  }
  const sign = mark[1] ?? "";
  const ticked = mark[2] !== undefined ? /x/i.test(mark[2]) : BOX.test(sign) ? TICKED.test(sign) : null;
  blocks.push({ kind: "item", text: own, ordered: /[\da-z]/.test(sign), ticked, ...place });
  open.push({ index: blocks.length - 1, x: start.x });
  if (open.length > MAX_NESTING) throw new TooDeep(start.at);
  return end;
}

function goesOn(above: Numbered, below: Numbered | undefined, start: Numbered, inItem: boolean, print: Print): boolean {
  if (below === undefined || isHeading(below, print.body) || ITEM.test(below.text) || below.cells.length > 1)
    return false;
  if (inItem && below.x <= start.x + 1) return false;
  const gap = gapBetween(above, below);
  // Over a page break a sentence goes on; a new one begins something new.
  if (gap === null) return !/[.!?:]["”)]*$/.test(above.text) && /^[\p{Ll}\d(]/u.test(below.text);
  return gap <= Math.max(1.35, print.usual * 1.2);
}
