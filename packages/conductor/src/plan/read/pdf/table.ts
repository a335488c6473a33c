/** Printed tables: what stands in columns, with cells of several lines that may be centred beside each other. Pure. */
import type { PrintedLine, Word } from "./piece.ts";

/** A row of a table, with the lines of the text that it takes. */
export interface PrintedRow {
  readonly cells: readonly string[];
  readonly first: number;
  readonly last: number;
}

/** A line with its number in the text. */
export type Numbered = PrintedLine & { readonly at: number };

/** Narrowest space between two columns, in points; what is narrower may be a wide space between words. */
const GUTTER = 2.5;
/** Above this, as parts of the font's height, two lines are not of one table. */
const APART = 4;

interface Column {
  readonly left: number;
  readonly right: number;
}

/** The space between two lines as a part of the font's height; null over a page break. */
export const gapBetween = (above: PrintedLine, below: PrintedLine): number | null =>
  above.page !== below.page || below.y < above.y ? null : (below.y - above.y) / Math.max(above.size, below.size);

/** A table, and the number of its last line. */
export interface PrintedTable {
  readonly header: readonly string[];
  readonly rows: readonly PrintedRow[];
  readonly last: number;
}

/** What cannot be part of a table; the gap is that to the line above. */
type Ends = (line: Numbered, gap: number | null) => boolean;

/**
 * The table that begins with this line; null when it begins none. `usual`: the gap between lines of one paragraph.
 */
export function tableAt(lines: readonly Numbered[], from: number, usual: number, ends: Ends): PrintedTable | null {
  const head = lines[from];
  if (head === undefined || head.cells.length < 2) return null;
  const region = regionOf(lines, from, ends);
  const groups = rowGroups(region, usual);
  const [headGroup = []] = groups;
  const columns = columnsOf(region, headGroup);
  const [header, ...rows] = groups.map((group) => rowOf(group, columns));
  if (columns.length < 2 || header === undefined || rows.length === 0) return null;
  const repeated = header.cells.join("|");
  return {
    header: header.cells,
    // On each new page a table repeats its head.
    rows: rows.filter(({ cells }) => cells.join("|") !== repeated),
    last: region.at(-1)?.at ?? head.at,
  };
}

/** The lines that may belong to the table: up to prose, a heading, or much space. */
function regionOf(lines: readonly Numbered[], from: number, ends: Ends): readonly Numbered[] {
  const head = lines[from]!;
  const second = head.cells[1]?.x ?? 0;
  let end = from + 1;
  for (; end < lines.length; end += 1) {
    const line = lines[end]!;
    const gap = gapBetween(lines[end - 1]!, line);
    if (ends(line, gap) || (gap !== null && gap > APART)) break;
    // Over a page break a table goes on with rows, and nothing else does.
    if (gap === null && line.cells.length < 2) break;
    // Prose begins where the first column does, or before it, and runs into the second.
    if (line.cells.length === 1 && line.x <= head.x + 3 && line.right > second + 2 && spans(line)) break;
  }
  return lines.slice(from, end);
}

/** One run of words from margin to margin; cells that stand close together are several. */
const spans = (line: PrintedLine): boolean => line.words.filter(({ text }) => text.trim() !== "").length === 1;

/**
 * Lines that make one row. A row ends where there is more space than between the lines of a cell, and where its first cell
 * would be filled twice.
 */
function rowGroups(region: readonly Numbered[], usual: number): readonly (readonly Numbered[])[] {
  const groups: Numbered[][] = [];
  const left = Math.min(...region.map(({ x }) => x));
  const isFirstCell = (line: Numbered): boolean => line.x < left + 3;
  for (const line of region) {
    const group = groups.at(-1);
    const above = group?.at(-1);
    const gap = above === undefined ? null : gapBetween(above, line);
    const isNew =
      group === undefined ||
      gap === null ||
      gap > usual * 1.15 ||
      (isFirstCell(line) && line.cells.length > 1 && group.some(isFirstCell));
    if (isNew) groups.push([line]);
    else group.push(line);
  }
  return groups;
}

/** Columns by the space between them that no line of the table crosses; each has something in the head. */
function columnsOf(region: readonly Numbered[], head: readonly Numbered[]): readonly Column[] {
  const words = region.flatMap((line) => line.words).sort((a, b) => a.x - b.x);
  const columns: { left: number; right: number }[] = [];
  for (const { x, right } of words) {
    const column = columns.at(-1);
    if (column !== undefined && x <= column.right + GUTTER) column.right = Math.max(column.right, right);
    else columns.push({ left: x, right });
  }
  const named = (column: Column): boolean =>
    head.some((line) => line.words.some(({ x }) => x >= column.left - 1 && x <= column.right + 1));
  const merged: { left: number; right: number }[] = [];
  for (const column of columns) {
    const before = merged.at(-1);
    if (before !== undefined && !named(column)) before.right = column.right;
    else merged.push(column);
  }
  return merged;
}

function rowOf(group: readonly Numbered[], columns: readonly Column[]): PrintedRow {
  const cells: string[][] = columns.map(() => []);
  const put = ({ text, x }: Word): void => {
    const index = Math.max(
      0,
      columns.findLastIndex(({ left }) => x >= left - 1),
    );
    cells[index]?.push(text);
  };
  for (const line of group) line.words.forEach(put);
  return {
    cells: cells.map((texts) => texts.join(" ").replace(/\s+/g, " ").trim()),
    first: group[0]?.at ?? 0,
    last: group.at(-1)?.at ?? 0,
  };
}
