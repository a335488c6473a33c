/** Which rows of a log are on the screen. Pure, but for what it remembers of lines that it has wrapped. */
import type { Tone } from "../../report/live.ts";
import type { Log } from "../../report/monitor-session.ts";
import type { LogRow } from "../../report/transcript-words.ts";
import { type Line, piece, wrapped } from "../line.ts";

export interface LogWindow {
  readonly lines: readonly Line[];
  /** Numbers of the first and last row that are seen, counted from the first that ever was. */
  readonly first: number;
  readonly last: number;
  /** The newest is among them. */
  readonly isEnd: boolean;
}

const WHO = 5;

/** `top`: the number of the row at the top; null, or where too few come after it: the newest. `began`: when 0:00 was. */
export function logWindow(
  { rows, dropped }: Log,
  top: number | null,
  { width, height, began }: { readonly width: number; readonly height: number; readonly began: number },
): LogWindow {
  if (top !== null) {
    const lines: Line[] = [];
    let at = Math.max(0, top - dropped);
    const first = at;
    for (; at < rows.length && lines.length < height; at += 1) lines.push(...linesOf(rows[at]!, width, began));
    if (lines.length >= height)
      return {
        lines: lines.slice(0, height),
        first: first + dropped,
        last: at - 1 + dropped,
        isEnd: at >= rows.length && lines.length === height,
      };
  }
  const lines: Line[] = [];
  let at = rows.length;
  while (at > 0 && lines.length < height) {
    at -= 1;
    lines.unshift(...linesOf(rows[at]!, width, began));
  }
  return {
    lines: lines.slice(-height),
    first: at + dropped,
    last: rows.length - 1 + dropped,
    isEnd: true,
  };
}

interface Wrapped {
  readonly width: number;
  readonly lines: readonly Line[];
}

/** A row never changes, so what it was wrapped to holds as long as the row is kept. */
const known = new WeakMap<LogRow, Wrapped>();

/** Where the text begins: behind the time and the word that says whose it is. */
const LEAD = piece(" ".repeat(WHO + 9));

function linesOf(row: LogRow, width: number, began: number): readonly Line[] {
  const { at, who, text, tone } = row;
  const found = known.get(row);
  const lines = found?.width === width ? found.lines : wrapped([LEAD], text, width, tone);
  if (lines !== found?.lines) known.set(row, { width, lines });
  const [first = [], ...rest] = lines;
  return [
    [
      piece(`${since(at, began).padStart(7)} `, "quiet"),
      piece(`${who.padEnd(WHO)} `, toneOfWho(who)),
      ...first.slice(1),
    ],
    ...rest,
  ];
}

const toneOfWho = (who: string): Tone => (who === "run" ? "quiet" : who === "you" ? "yours" : "plain");

/** "1:05", "1:02:05" since the work began. */
function since(at: string, began: number): string {
  const seconds = Math.floor((Date.parse(at) - began) / 1000);
  if (!(seconds >= 0)) return "";
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, String(seconds % 60).padStart(2, "0")];
  return h === 0 ? `${m}:${s}` : `${h}:${String(m).padStart(2, "0")}:${s}`;
}
