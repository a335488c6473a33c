import type { Block, DocumentFormat } from "./block.ts";
import type { HiddenText } from "./document.ts";
import { hidingTags, linkComments } from "./hidden-markup.ts";

const ZERO_WIDTH = /[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/u;
const BIDI = /[\u202a-\u202e\u2066-\u2069]/;
const MOST = 200;

const codePoints = (line: string, pattern: RegExp): string =>
  [...new Set([...line].filter((char) => pattern.test(char)))]
    .map((char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`)
    .join(" ");

/** True between two pictographs, where U+200D only joins an emoji. */
const onlyEmojiJoiners = (line: string): boolean =>
  !ZERO_WIDTH.test(line.replace(/\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)+/gu, ""));

/**
 * What a reader of the document would not see, with its lines; at most 200. In Markdown: comments, and text in tags that hide
 * it; not in blocks of code, which are shown as they are. Everywhere: zero-width characters and direction overrides.
 */
export function findHidden(text: string, format: DocumentFormat, blocks: readonly Block[]): readonly HiddenText[] {
  const lines = text.split("\n");
  const found: HiddenText[] = format === "markdown" ? [...inMarkup(lines, blocks)] : [];
  for (const [index, content] of lines.entries()) {
    if (found.length >= MOST) break;
    const place = { first: index + 1, last: index + 1 };
    if (ZERO_WIDTH.test(content) && !onlyEmojiJoiners(content)) {
      found.push({ kind: "zero-width", text: codePoints(content, ZERO_WIDTH), ...place });
    }
    if (BIDI.test(content)) found.push({ kind: "bidi-control", text: codePoints(content, BIDI), ...place });
  }
  return found.sort((a, b) => a.first - b.first).slice(0, MOST);
}

function inMarkup(lines: readonly string[], blocks: readonly Block[]): readonly HiddenText[] {
  const shown = [...lines];
  for (const block of blocks)
    if (block.kind === "code") for (let line = block.first; line <= block.last; line += 1) shown[line - 1] = "";
  // A span of code is shown as it is, too; its length is kept, so that nothing moves.
  const source = shown.map((line) => line.replace(/`[^`]+`/g, (code) => " ".repeat(code.length))).join("\n");
  return [...comments(source), ...linkComments(source), ...hidingTags(source)].slice(0, MOST);
}

function comments(source: string): readonly HiddenText[] {
  const found: HiddenText[] = [];
  let line = 1;
  let from = 0;
  for (let at = source.indexOf("<!--"); at >= 0 && found.length < MOST; at = source.indexOf("<!--", from)) {
    const close = source.indexOf("-->", at + 4);
    const end = close < 0 ? source.length : close;
    line += source.slice(from, at).split("\n").length - 1;
    const body = source.slice(at + 4, end);
    const last = line + body.split("\n").length - 1;
    found.push({ kind: "comment", text: body.trim().slice(0, 200), first: line, last });
    line = last;
    from = end;
    if (close < 0) break;
  }
  return found;
}
