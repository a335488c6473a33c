/** What full screens are put together from: parts of a height, rules, what is typed at the bottom. Pure. */
import { widthOf } from "@taskwerk/terminal/width";
import { EMPTY, type Line, line, piece } from "./line.ts";
import type { TextField } from "./text-field.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Exactly `height` lines: cut, or filled with empty ones. */
export const filled = (lines: readonly Line[], height: number): readonly Line[] => [
  ...lines.slice(0, height),
  ...Array.from({ length: Math.max(0, height - lines.length) }, () => EMPTY),
];

/** `height` lines from `scroll` on; the last ones where there are not so many. */
export function window(lines: readonly Line[], scroll: number, height: number): readonly Line[] {
  const first = Math.max(0, Math.min(scroll, lines.length - height));
  return filled(lines.slice(first), height);
}

/** A line that parts what is above from what is below, with a word in it. */
export const ruleOf = (text: string, width: number): Line =>
  text === "" ? line("-".repeat(width), "quiet") : line(`-- ${text} ${"-".repeat(width)}`.slice(0, width), "quiet");

/**
 * The first entry of a list that is shown, so that the one at `index` is seen. The window moves by half its height, so that most
 * steps redraw two lines and no more; it depends on where the reader is and on nothing before.
 */
export function firstShown(count: number, index: number, height: number): number {
  if (count <= height) return 0;
  const half = Math.max(1, Math.floor(height / 2));
  const first = Math.max(0, Math.floor((Math.max(0, index) - Math.floor(half / 2)) / half) * half);
  return Math.min(first, count - height);
}

/** One line with the end in sight where the cursor is. */
export function writtenLine({ text, at }: TextField, width: number): Line {
  const room = width - 3;
  let before = text.slice(0, at);
  while (widthOf(before) > room - 1)
    before = before.slice(Math.max(1, before.length - room > 40 ? before.length - room : 1));
  const [next = " "] = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text.slice(at, at + 40))].map(
    ({ segment }) => segment,
  );
  return [piece("> ", "busy"), piece(before), piece(next, "chosen"), piece(text.slice(at + next.length))];
}

/** `[y] yes  [Esc] back`, in as many lines as it takes. */
export function optionLines(
  options: readonly { readonly key: string; readonly label: string }[],
  canLeave: boolean,
  width: number,
): readonly Line[] {
  const all = [...options.map(({ key, label }) => `[${key}] ${label}`), ...(canLeave ? ["[Esc] back"] : [])];
  const lines: string[] = [];
  for (const one of all) {
    const last = lines.at(-1);
    if (last === undefined || widthOf(last) + widthOf(one) + 2 > width) lines.push(one);
    else lines[lines.length - 1] = `${last}  ${one}`;
  }
  return lines.map((text) => line(text));
}
