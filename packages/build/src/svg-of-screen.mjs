// @ts-check

/** Cells and lines of the picture, in its own units; the text is drawn cell by cell, whatever font there is. */
const CELL = 8.4;
const LINE = 18;
const SIZE = 14;
const MARGIN = 16;

/** The card is dark on every page, so one picture serves light and dark ones. */
const PAPER = "#161b22";
const EDGE = "#30363d";
const INK = "#c9d1d9";
/** By the numbers that a terminal is told: 30 to 37, and the bright ones from 90. */
const INKS = ["#6e7681", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc"];

/**
 * A screen of a terminal as a picture: the text of `tmux capture-pane -e -p`, with its colours. Blank lines at the end are
 * left out; everything else a terminal may be told is ignored.
 * @param {string} screen
 * @param {{ readonly columns: number, readonly title: string }} wish  `title`: what it shows, for who cannot see it
 * @returns {string}
 */
export function svgOfScreen(screen, { columns, title }) {
  const lines = linesOf(screen.trimEnd());
  const width = Math.ceil(columns * CELL + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN;
  const rows = lines.flatMap((runs, at) => {
    const place = `translate(${MARGIN} ${MARGIN + at * LINE + SIZE})`;
    return runs.length === 0 ? [] : [`<g transform="${place}">${runs.map(textOf).join("")}</g>`];
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${PAPER}" stroke="${EDGE}"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${SIZE}" fill="${INK}">`,
    ...rows,
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
}

/**
 * @typedef {{ readonly bold: boolean, readonly dim: boolean, readonly ink: string | null }} Style
 * @typedef {Style & { readonly at: number, readonly text: string }} Run
 */

/** @type {Style} */
const PLAIN = { bold: false, dim: false, ink: null };

/**
 * The pieces of each line that look alike: what stands in one column is a piece. A look goes on over the end of a line.
 * @param {string} screen
 * @returns {readonly (readonly Run[])[]}
 */
function linesOf(screen) {
  let style = PLAIN;
  return screen.split("\n").map((line) => {
    /** @type {Run[]} */
    const runs = [];
    let at = 0;
    for (const [, codes, text = ""] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)|\x1b[^m]*?[a-zA-Z]/g)) {
      if (codes !== undefined) style = styled(style, codes);
      for (const piece of text.matchAll(/[^ ]+(?: [^ ]+)*/g))
        runs.push({ ...style, at: at + piece.index, text: piece[0] });
      at += text.length;
    }
    return runs;
  });
}

/**
 * @param {Style} before
 * @param {string} codes
 * @returns {Style}
 */
function styled(before, codes) {
  let style = before;
  for (const code of codes.split(";").map(Number)) {
    if (code === 0) style = PLAIN;
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 2) style = { ...style, dim: true };
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else if (code === 39) style = { ...style, ink: null };
    else style = { ...style, ink: INKS[code - (code >= 90 ? 90 : 30)] ?? style.ink };
  }
  return style;
}

/** @param {Run} run */
function textOf({ at, text, bold, dim, ink }) {
  const look = [
    ...(ink === null ? [] : [` fill="${ink}"`]),
    ...(bold ? [' font-weight="bold"'] : []),
    ...(dim ? [' opacity=".6"'] : []),
  ];
  const place = `x="${number(at * CELL)}" textLength="${number(text.length * CELL)}"`;
  return `<text ${place}${look.join("")}>${escaped(text)}</text>`;
}

/** @param {number} value */
const number = (value) => String(Math.round(value * 10) / 10);

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
