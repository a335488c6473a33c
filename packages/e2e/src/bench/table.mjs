// @ts-check
// The lines that `npm run bench` prints.

const WIDTHS = [52, 28, 8, 10, 7, 6];

/** @param {readonly string[]} cells   what, against, target, measured, floor, CPU ms */
export function print(...cells) {
  const padded = cells.map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0));
  process.stdout.write(`${padded.join("").trimEnd()}\n`);
}

/** @param {number | undefined} ratio */
export const times = (ratio) => (ratio === undefined ? "" : `${ratio.toFixed(2)}x`);

/** @param {number | undefined} value */
export const ms = (value) => (value === undefined ? "" : value.toFixed(0));

/** @param {number} value   milliseconds */
export const seconds = (value) => `${(value / 1000).toFixed(2)} s`;
