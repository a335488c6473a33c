/** Plain text to blocks: headings by number, case or underline, lists by their marks and indentation. */
import type { Block } from "./block.ts";
import { MAX_NESTING, TooDeep } from "./block.ts";

const ITEM = /^([ \t]*)([-*+•·‣–]|\(?\d{1,4}[.)]|\(?[a-z][.)])[ \t]+(?=\S)(\[[ xX]\][ \t]+)?/;
const NUMBERED = /^(\d{1,3}(?:\.\d{1,3})*)\.?[ \t]+(?=\p{Lu})/u;
const NAMED = /^(?:appendix|annex|chapter|part|article)\s+(?:\d{1,3}|[A-Z]|[IVX]{1,5})\b[.:]?(?=\s|$)/i;
const UNDERLINE = /^(?:={3,}|-{3,}|~{3,})[ \t]*$/;

interface OpenItem {
  readonly index: number;
  readonly indent: number;
}

const indentOf = (line: string): number => {
  let width = 0;
  for (const char of line) {
    if (char === " ") width += 1;
    else if (char === "\t") width += 4;
    else break;
  }
  return width;
};

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === "";

/** Level of a line that stands alone and reads like a heading, or null. */
function headingLevel(lines: readonly string[], at: number): number | null {
  const line = lines[at] ?? "";
  const text = line.trim();
  const next = lines[at + 1];
  if (next !== undefined && UNDERLINE.test(next) && !isBlank(line)) return next.startsWith("=") ? 1 : 2;
  if (text.length > 100 || /[.;,]$/.test(text) || indentOf(line) > 3) return null;
  const number = NUMBERED.exec(text)?.[1];
  const alone = isBlank(lines[at - 1]) && isBlank(next);
  if (alone && NAMED.test(text)) return 2;
  if (number !== undefined && (number.includes(".") || alone)) return Math.min(6, 1 + number.split(".").length);
  if (/\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text) && text.length > 3 && isBlank(lines[at - 1])) return 2;
  return null;
}

/** Reads plain text whose line breaks are `\n`. Throws TooDeep. */
export function readText(text: string): readonly Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  const open: OpenItem[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (isBlank(line)) {
      at += 1;
      continue;
    }
    const level = headingLevel(lines, at);
    if (level !== null) {
      const underlined = UNDERLINE.test(lines[at + 1] ?? "");
      const last = at + (underlined ? 2 : 1);
      blocks.push({ kind: "heading", level, text: line.trim(), first: at + 1, last, in: null, quoted: false });
      open.length = 0;
      at = last;
      continue;
    }
    at = addProse(lines, at, blocks, open);
  }
  return blocks;
}

/** Set in from the paragraph before it, and without sentences: a figure, a sample of code. */
function isFigure(own: readonly string[], blocks: readonly Block[], lines: readonly string[]): boolean {
  const before = blocks.findLast((block) => block.kind !== "code");
  if (before?.kind !== "paragraph") return false;
  const base = indentOf(lines[before.first - 1] ?? "");
  const text = own.join("\n");
  return (
    own.every((line) => indentOf(line) >= base + 2) &&
    !/[.!?]\s*$/.test(text) &&
    !/\b(?:MUST|SHALL|SHOULD|MAY)\b/.test(text)
  );
}

/** One item or paragraph with the lines that go on it; the index of the line after it. */
function addProse(lines: readonly string[], at: number, blocks: Block[], open: OpenItem[]): number {
  const line = lines[at] ?? "";
  const mark = ITEM.exec(line);
  const indent = indentOf(line);
  while (open.length > 0 && (mark === null ? indent <= open.at(-1)!.indent : indent <= open.at(-1)!.indent)) open.pop();
  let end = at + 1;
  while (
    end < lines.length &&
    !isBlank(lines[end]) &&
    !ITEM.test(lines[end] ?? "") &&
    headingLevel(lines, end) === null
  ) {
    if (mark !== null && indentOf(lines[end] ?? "") <= indent && indent > 0) break;
    end += 1;
  }
  const span = { first: at + 1, last: end, in: open.at(-1)?.index ?? null, quoted: false };
  const own = [line.slice(mark?.[0].length ?? 0), ...lines.slice(at + 1, end)].map((part) => part.trim()).join("\n");
  if (mark === null) {
    const figure = open.length === 0 && isFigure(lines.slice(at, end), blocks, lines);
    if (figure) blocks.push({ kind: "code", language: "", text: lines.slice(at, end).join("\n"), ...span });
    else blocks.push({ kind: "paragraph", text: own, ...span });
    return end;
  }
  const box = mark[3];
  blocks.push({
    kind: "item",
    text: own,
    ordered: /\d|[a-z]/.test(mark[2] ?? ""),
    ticked: box === undefined ? null : /x/i.test(box),
    ...span,
  });
  open.push({ index: blocks.length - 1, indent });
  if (open.length > MAX_NESTING) throw new TooDeep(at + 1);
  return end;
}
