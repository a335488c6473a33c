import { summary } from "../summary.mjs";

export const name = "table";

const WIDEST = 100;
const GAP = "  ";
const LEAST = 12;

/** The broken links in columns, no line wider than 100 characters, and how many there are. */
export function render(results) {
  const rows = results
    .filter(({ problem }) => problem !== null)
    .map(({ file, line, target, problem }) => [file, String(line), target, problem]);
  if (rows.length === 0) return `${summary(results)}\n`;
  const table = [["FILE", "LINE", "LINK", "PROBLEM"], ...rows];
  const widths = widthsOf(table);
  const lines = table.map((cells) =>
    cells
      .map((cell, n) => (n === 1 ? cell.padStart(widths[n]) : cut(cell, widths[n]).padEnd(widths[n])))
      .join(GAP)
      .trimEnd(),
  );
  return `${[...lines, "", summary(results)].join("\n")}\n`;
}

/** As wide as needed; where that is too wide, the link gives way first, then file and problem. */
function widthsOf(table) {
  const widths = table[0].map((_, n) => Math.max(...table.map((cells) => [...cells[n]].length)));
  const room = WIDEST - GAP.length * (widths.length - 1);
  for (const n of [2, 0, 3]) {
    const over = widths.reduce((sum, width) => sum + width, 0) - room;
    if (over > 0) widths[n] = Math.max(Math.min(widths[n], LEAST), widths[n] - over);
  }
  return widths;
}

/** The text in so many characters, without its middle if need be. */
function cut(text, width) {
  const letters = [...text];
  if (letters.length <= width) return text;
  const head = Math.ceil((width - 3) / 2);
  return [...letters.slice(0, head), "...", ...letters.slice(letters.length - (width - 3 - head))].join("");
}
