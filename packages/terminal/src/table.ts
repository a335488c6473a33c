import { type Part, textOf, withText } from "./part.ts";
import { sanitise } from "./sanitise.ts";
import { fit, pad, widthOf } from "./width.ts";

/** A column, and what becomes of it on a narrow screen. */
export interface Column {
  readonly title: string;
  /** This column may be cut when the screen is narrow. Ids, states and numbers never are. */
  readonly shrinks?: boolean;
  /** Cells this column keeps even when it shrinks. Default 8. */
  readonly least?: number;
  /** The column is left out on a screen narrower than this. */
  readonly from?: number;
  readonly side?: "left" | "right";
}

/**
 * Rows as aligned lines, the header first. When they do not fit into `width` cells, the columns that may shrink are
 * cut, the widest first. A row never becomes two lines.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
  width: number,
): readonly (readonly Part[])[] {
  const shown = columns.map((_, index) => index).filter((index) => (columns[index]!.from ?? 0) <= width);
  const cells = rows.map((row) => shown.map((index) => cleanPart(row[index] ?? "")));
  const header = shown.map((index) => columns[index]!.title);
  const picked = shown.map((index) => columns[index]!);
  const widths = widthsOf(picked, [header, ...cells], width);
  const line = (row: readonly Part[]): readonly Part[] => layOut(row, picked, widths);
  return [line(header), ...cells.map(line)];
}

const GAP = 2;
const cleanPart = (part: Part): Part => withText(part, sanitise(textOf(part)));

function widthsOf(columns: readonly Column[], rows: readonly (readonly Part[])[], width: number): readonly number[] {
  // Not Math.max(...): there may be more rows than a call takes arguments.
  const widths = columns.map((_, index) => rows.reduce((most, row) => Math.max(most, widthOf(textOf(row[index]!))), 0));
  let excess = widths.reduce((sum, one) => sum + one + GAP, -GAP) - width;
  while (excess > 0) {
    const candidates = columns
      .map((column, index) => ({ index, spare: column.shrinks ? widths[index]! - (column.least ?? 8) : 0 }))
      .filter(({ spare }) => spare > 0)
      .sort((a, b) => b.spare - a.spare);
    const first = candidates[0];
    if (!first) break;
    // Down to the runner-up's spare, then both go on together.
    const step = Math.max(1, Math.min(excess, first.spare - (candidates[1]?.spare ?? 0)));
    widths[first.index] = widths[first.index]! - step;
    excess -= step;
  }
  return widths;
}

function layOut(row: readonly Part[], columns: readonly Column[], widths: readonly number[]): readonly Part[] {
  const line: Part[] = [];
  const last = row.findLastIndex((part) => textOf(part) !== "");
  row.slice(0, last + 1).forEach((part, index) => {
    if (index > 0) line.push(" ".repeat(GAP));
    const text = fit(textOf(part), widths[index]!);
    const side = columns[index]!.side ?? "left";
    const space = " ".repeat(Math.max(0, widths[index]! - widthOf(text)));
    if (side === "right") line.push(space);
    line.push(withText(part, text));
    if (side === "left" && index < last) line.push(space);
  });
  return line.filter((part) => textOf(part) !== "");
}

/** Two columns, a dim label and its value, as `show` screens have them. */
export const labelled = (label: string, labelWidth: number, ...value: readonly Part[]): readonly Part[] => [
  { text: pad(label, labelWidth), style: "dim" },
  "  ",
  ...value,
];
