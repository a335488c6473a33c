/** Columns and lines of plain text. Every text is measured as it is shown, so that nothing in it moves a column. Pure. */
import { sanitise } from "@taskwerk/terminal/sanitise";
import { pad as fill, fit, widthOf } from "@taskwerk/terminal/width";

export { widthOf as cells } from "@taskwerk/terminal/width";

/** At most `width` cells: what is longer ends in `...`. */
export const cut = (text: string, width: number): string => fit(sanitise(text), width);

/** Exactly `width` cells, cut or filled with spaces. */
export const pad = (text: string, width: number): string => fill(cut(text, width), width);

/** A text and, as far right as it fits, another; below it where it does not. */
export function spread(before: string, after: string, width: number): readonly string[] {
  const [left, right] = [sanitise(before), sanitise(after)];
  const room = width - widthOf(left) - widthOf(right);
  if (right === "") return [left];
  return room >= 2
    ? [left + " ".repeat(room) + right]
    : [left, " ".repeat(Math.max(0, width - widthOf(right))) + right];
}

/** Words in lines of at most `width` cells; a word that is longer has a line of its own. Spaces within a line are kept. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const [, gap = "", word = ""] of sanitise(text).matchAll(/(\s*)(\S+)/g)) {
    const between = line === "" ? "" : gap.replace(/[^ ]/g, " ");
    if (line !== "" && widthOf(line) + widthOf(between) + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line += between + word;
  }
  return line === "" ? lines : [...lines, line];
}

/** A text behind `first`, its further lines indented to stand below; nothing when both are empty. */
export function hanging(first: string, text: string, width: number): readonly string[] {
  const indent = widthOf(first);
  const lines = wrap(text, Math.max(10, width - indent));
  if (lines.length === 0) return first.trim() === "" ? [] : [first.trimEnd()];
  return lines.map((line, i) => (i === 0 ? first : " ".repeat(indent)) + line);
}

/** Parts that are never broken, three spaces between them, behind `first` and below its end. */
export function inParts(first: string, parts: readonly string[], width: number): readonly string[] {
  const indent = " ".repeat(widthOf(first));
  const lines: string[] = [];
  for (const part of parts.map(sanitise)) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + widthOf(part) + 3 <= width) lines[lines.length - 1] = `${last}   ${part}`;
    else lines.push(`${last === undefined ? first : indent}${part}`);
  }
  return lines;
}
