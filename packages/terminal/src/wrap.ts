import { widthOf } from "./width.ts";

/** What stands before the words of a line: its indent, and the mark of a list item. */
const LEAD = /^ *(?:[-*] |\d{1,3}[.)] )?/;

/**
 * A sanitised line as lines of at most `width` cells, broken between words; the further ones stand below the first word.
 * A longer word has a line of its own. `used`: cells that are taken on the first line already.
 */
export function wrap(text: string, width: number, used = 0): readonly string[] {
  if (used + widthOf(text) <= width) return [text];
  const lead = LEAD.exec(text)![0];
  const indent = lead.length <= width / 2 ? " ".repeat(lead.length) : "";
  const lines: string[] = [];
  let line = lead;
  let room = width - used;
  let empty = true;
  for (const [, gap = "", word = ""] of text.slice(lead.length).matchAll(/( *)([^ ]+)/g)) {
    const between = empty ? "" : gap;
    if (widthOf(line) + widthOf(between) + widthOf(word) <= room || (empty && room === width)) line += between + word;
    else {
      lines.push(line.trimEnd());
      line = indent + word;
      room = width;
    }
    empty = false;
  }
  return [...lines, line.trimEnd()];
}
