/** Columns and lines of plain text. Pure. */

/** East Asian wide characters and emoji take two cells of a terminal, marks none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}|[\u{20000}-\u{3fffd}]/u;
const NONE = /\p{Mn}|\p{Me}|[\u200b\u200c]|\u200d|[\ufe00-\ufe0f]/u;

const cellsOf = (character: string): number => (NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** How many cells of a terminal a text takes. */
export const cells = (text: string): number => [...text].reduce((sum, one) => sum + cellsOf(one), 0);

/** At most `width` cells; what is cut ends in "...". */
export function cut(text: string, width: number): string {
  if (cells(text) <= width) return text;
  if (width < 3) return ".".repeat(Math.max(0, width));
  let out = "";
  let used = 0;
  for (const character of text) {
    if (used + cellsOf(character) > width - 3) break;
    out += character;
    used += cellsOf(character);
  }
  return `${out.trimEnd()}...`;
}

/** Exactly `width` cells, cut or filled with spaces. */
export function pad(text: string, width: number): string {
  const short = cut(text, width);
  return short + " ".repeat(Math.max(0, width - cells(short)));
}

/** A text and, as far right as it fits, another; below it where it does not. */
export function spread(left: string, right: string, width: number): readonly string[] {
  const room = width - cells(left) - cells(right);
  if (right === "") return [left];
  return room >= 2 ? [left + " ".repeat(room) + right] : [left, " ".repeat(Math.max(0, width - cells(right))) + right];
}

/** Words in lines of at most `width` cells; a word that is longer has a line of its own. Spaces within a line are kept. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const [, gap = "", word = ""] of text.matchAll(/(\s*)(\S+)/g)) {
    const between = line === "" ? "" : gap.replace(/[^ ]/g, " ");
    if (line !== "" && cells(line) + cells(between) + cells(word) > width) {
      lines.push(line);
      line = word;
    } else line += between + word;
  }
  return line === "" ? lines : [...lines, line];
}

/** A text behind `first`, its further lines indented to stand below; nothing when both are empty. */
export function hanging(first: string, text: string, width: number): readonly string[] {
  const indent = cells(first);
  const lines = wrap(text, Math.max(10, width - indent));
  if (lines.length === 0) return first.trim() === "" ? [] : [first.trimEnd()];
  return lines.map((line, i) => (i === 0 ? first : " ".repeat(indent)) + line);
}

/** "1 task", "2 tasks". */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
