/** Pieces of a line on the screen. Every text is sanitised when it becomes a piece, so that what is measured is what is shown. */
import { sanitise, sanitiseBlock } from "@taskwerk/terminal/sanitise";
import { fit, pad, widthOf } from "@taskwerk/terminal/width";
import { wrap } from "@taskwerk/terminal/wrap";

/** `chosen`: where the reader is; the others as everywhere: good, busy, waits for you, bad, of less weight. */
export type Tone = "plain" | "bold" | "quiet" | "good" | "busy" | "yours" | "bad" | "chosen";

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly Piece[];

export const piece = (text: string, tone: Tone = "plain"): Piece => ({ text: sanitise(text), tone });

/** One line of one tone. */
export const line = (text: string, tone: Tone = "plain"): Line => [piece(text, tone)];

export const EMPTY: Line = [];

/** Exactly `width` cells: what is too long is cut, what is too short is filled. */
export function toWidth(pieces: Line, width: number): Line {
  const shown: Piece[] = [];
  let used = 0;
  for (const [index, { text, tone }] of pieces.entries()) {
    const room = width - used;
    const isLast = index === pieces.length - 1;
    const cells = widthOf(text);
    if (cells > room || (!isLast && cells === room && room > 0 && widthOf(textOf(pieces.slice(index + 1))) > 0)) {
      const cut = fit(`${text}${isLast ? "" : "    "}`, room);
      shown.push({ text: cut, tone });
      used += widthOf(cut);
      break;
    }
    shown.push({ text, tone });
    used += cells;
  }
  return used < width ? [...shown, { text: " ".repeat(width - used), tone: "plain" }] : shown;
}

export const textOf = (pieces: Line): string => pieces.map(({ text }) => text).join("");

/**
 * What of a line is to be drawn where another one stands, and in which column that begins; null when they are the same. Cells
 * that are empty at the end are left out.
 */
export function changeOf(next: Line, shown: Line | undefined): { readonly line: Line; readonly column: number } | null {
  const isSame = ({ text, tone }: Piece, index: number): boolean =>
    text === shown?.[index]?.text && tone === shown[index]?.tone;
  const same = next.findIndex((one, index) => !isSame(one, index));
  if (same < 0 && shown?.length === next.length) return null;
  const from = same < 0 ? next.length : same;
  const end = next.findLastIndex(({ text, tone }) => tone === "chosen" || text.trim() !== "") + 1;
  return { line: next.slice(from, Math.max(from, end)), column: widthOf(textOf(next.slice(0, from))) };
}

/** A text in lines of at most `width` cells behind `lead`, the further ones below its first word. A word that is too long is cut in parts. */
export function wrapped(lead: Line, text: string, width: number, tone: Tone = "plain"): readonly Line[] {
  const indent = Math.min(widthOf(textOf(lead)), Math.max(0, width - 8));
  const room = Math.max(4, width - indent);
  const lines = sanitiseBlock(text)
    .split("\n")
    .flatMap((one) => wrap(one, room))
    .flatMap((one) => parts(one, room));
  return lines.map((one, index) =>
    index === 0
      ? [...lead, { text: one, tone }]
      : [
          { text: " ".repeat(indent), tone: "plain" },
          { text: one, tone },
        ],
  );
}

/** A line that no space breaks, in parts of at most `width` cells. */
function parts(text: string, width: number): readonly string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let now = "";
  let cells = 0;
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    const next = widthOf(segment);
    if (cells + next > width && now !== "") {
      lines.push(now);
      now = "";
      cells = 0;
    }
    now += segment;
    cells += next;
  }
  return [...lines, now];
}

/** A column of text: sanitised, cut or filled to its width. */
export const column = (text: string, width: number, side: "left" | "right" = "left"): string =>
  pad(fit(sanitise(text), width), width, side);
