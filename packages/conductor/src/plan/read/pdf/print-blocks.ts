/** Printed lines to blocks: headings by their size and weight, lists by their marks, tables by their columns. Pure. */
import { type Block, MAX_NESTING, TooDeep } from "../block.ts";
import type { Cell, PrintedLine } from "./piece.ts";

const ITEM = /^([-*+•‣▪◦·–—]|\(?\d{1,3}[.)]|\(?[a-z][.)]|[\u2610\u2611\u2612\u25a1\u25a0])\s+(?=\S)(\[[ xX]\]\s+)?/u;
const NUMBERED = /^\d{1,3}(?:\.\d{1,3})*\.?\s+\p{Lu}/u;
const TICKED = /[\u2611\u2612\u25a0]/u;
const BOX = /[\u2610-\u2612\u25a0\u25a1]/u;

/** A line with its number in the text that the blocks name. */
type Numbered = PrintedLine & { readonly at: number };

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
  if (/^[•‣▪◦·]/.test(text)) return false;
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
    const rows = tableRows(lines, at, body);
    if (rows.length >= 2) {
      open.length = 0;
      const [header, ...rest] = rows;
      const last = rest.at(-1)!.last;
      blocks.push({ kind: "table", header: header!.cells, rows: rest, first: line.at, last, in: null, quoted: false });
      at = last;
      continue;
    }
    at = addRun(lines, at, body, blocks, open);
  }
  return blocks;
}

const weight = (line: PrintedLine): number => round(line.size) * 2 + (line.bold ? 1 : 0);

const spanOf = (lines: readonly Numbered[], from: number, end: number) => ({
  first: lines[from]!.at,
  last: lines[end - 1]!.at,
});

/** The space between two lines as a part of the font's height; lines of different pages have none. */
const gapBetween = (above: PrintedLine, below: PrintedLine): number | null =>
  above.page !== below.page || below.y < above.y ? null : (below.y - above.y) / Math.max(above.size, below.size);

function goesOnAsHeading(above: Numbered, below: Numbered | undefined, body: number): boolean {
  if (below === undefined || !isHeading(below, body) || weight(above) !== weight(below)) return false;
  const gap = gapBetween(above, below);
  return gap !== null && gap < 1.5 && !ITEM.test(below.text) && !NUMBERED.test(below.text);
}

/** An item or paragraph with the lines that go on it, also over a page break; the index of the line after it. */
function addRun(
  lines: readonly Numbered[],
  from: number,
  body: number,
  blocks: Block[],
  open: { index: number; x: number }[],
): number {
  const start = lines[from]!;
  const mark = ITEM.exec(start.text);
  while (open.length > 0 && start.x <= (open.at(-1)?.x ?? 0) + 2) open.pop();
  let end = from + 1;
  while (goesOn(lines[end - 1]!, lines[end], start, mark !== null, body)) end += 1;
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

function goesOn(above: Numbered, below: Numbered | undefined, start: Numbered, inItem: boolean, body: number): boolean {
  if (below === undefined || isHeading(below, body) || ITEM.test(below.text) || below.cells.length > 1) return false;
  if (inItem && below.x <= start.x + 1) return false;
  const gap = gapBetween(above, below);
  // Over a page break a sentence goes on; a new one begins something new.
  if (gap === null) return !/[.!?:]["”)]*$/.test(above.text) && /^[\p{Ll}\d(]/u.test(below.text);
  return gap < 1.75;
}

interface Row {
  readonly cells: readonly string[];
  readonly first: number;
  readonly last: number;
}

/** The rows of a table that begins at `from`: its first line names the columns, each row begins with its first cell. */
function tableRows(lines: readonly Numbered[], from: number, body: number): readonly Row[] {
  const head = lines[from]!;
  if (head.cells.length < 2 || ITEM.test(head.text)) return [];
  const columns = head.cells.map(({ x }) => x);
  const rows: { cells: string[]; first: number; last: number }[] = [];
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at]!;
    const placed = columnsOfCells(line.cells, columns);
    if (placed === null || isHeading(line, body + 1)) break;
    const above = rows.at(-1);
    const goesOn = above !== undefined && !placed.includes(0) && rows.length > 0;
    if (line.cells.length < 2 && !goesOn) break;
    if (!goesOn) rows.push({ cells: columns.map(() => ""), first: line.at, last: line.at });
    const row = rows.at(-1)!;
    row.last = line.at;
    for (const [index, column] of placed.entries())
      row.cells[column] = `${row.cells[column] ?? ""} ${line.cells[index]?.text ?? ""}`.trim();
    const next = lines[at + 1];
    const gap = next === undefined ? null : gapBetween(line, next);
    if (gap !== null && gap > 4) break;
  }
  return rows;
}

/** Which column each cell stands in; null when one stands in none. */
function columnsOfCells(cells: readonly Cell[], columns: readonly number[]): readonly number[] | null {
  const placed = cells.map(({ x }) => columns.findLastIndex((column) => x >= column - 4));
  return placed.every((column) => column >= 0) && new Set(placed).size === placed.length ? placed : null;
}
