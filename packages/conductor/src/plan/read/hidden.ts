import type { HiddenText } from "./document.ts";

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

/** Comments, zero-width characters and direction overrides, with their lines; at most 200. */
export function findHidden(text: string): readonly HiddenText[] {
  const found: HiddenText[] = [];
  const lines = text.split("\n");
  let line = 1;
  let from = 0;
  for (let at = text.indexOf("<!--"); at >= 0 && found.length < MOST; at = text.indexOf("<!--", from)) {
    const close = text.indexOf("-->", at + 4);
    const end = close < 0 ? text.length : close;
    line += text.slice(from, at).split("\n").length - 1;
    const body = text.slice(at + 4, end);
    const last = line + body.split("\n").length - 1;
    found.push({ kind: "comment", text: body.trim().slice(0, 200), first: line, last });
    line = last;
    from = end;
    if (close < 0) break;
  }
  for (const [index, content] of lines.entries()) {
    if (found.length >= MOST) break;
    const place = { first: index + 1, last: index + 1 };
    if (ZERO_WIDTH.test(content) && !onlyEmojiJoiners(content)) {
      found.push({ kind: "zero-width", text: codePoints(content, ZERO_WIDTH), ...place });
    }
    if (BIDI.test(content)) found.push({ kind: "bidi-control", text: codePoints(content, BIDI), ...place });
  }
  return found.sort((a, b) => a.first - b.first);
}
