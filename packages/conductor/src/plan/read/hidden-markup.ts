import type { HiddenText } from "./document.ts";

const MOST = 200;

/** `[//]: # (a comment)`: a link that nothing links to, as people write comments in Markdown. */
const LINK_COMMENT = /^ {0,3}\[(?:\/\/|comment|#|_)[^\]\n]{0,40}\]:[ \t]*#[ \t]*[("'](.{0,400}?)[)"'][ \t]*$/i;

/** A style or attribute that takes what stands in the tag from its reader's eyes. */
const HIDES =
  /\s(?:hidden(?=[\s=>/])|aria-hidden\s*=\s*["']?true|style\s*=\s*(?:"[^"<>]{0,400}|'[^'<>]{0,400})(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])|(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b)))/i;
const TAG = /<([a-z][a-z0-9]{0,20})\b[^<>]{0,600}>/gi;

/** Comments that are written as links. */
export const linkComments = (source: string): readonly HiddenText[] =>
  source
    .split("\n")
    .flatMap((line, index): HiddenText[] => {
      const match = LINK_COMMENT.exec(line);
      const place = { first: index + 1, last: index + 1 };
      return match === null ? [] : [{ kind: "comment", text: (match[1] ?? "").trim().slice(0, 200), ...place }];
    })
    .slice(0, MOST);

/** A text without what stands in tags that hide it: nothing is made of words that nobody was shown. */
export function withoutUnseen(text: string): string {
  if (!text.includes("<")) return text;
  return text.replace(/<([a-z][a-z0-9]{0,20})\b[^<>]{0,600}>([^<>]{0,4000})<\/\1\s*>/gi, (all) =>
    HIDES.test(all.slice(0, all.indexOf(">") + 1)) ? " " : all,
  );
}

/** Text in tags that hide it: `<span style="display:none">`, `hidden`, white letters. */
export function hidingTags(source: string): readonly HiddenText[] {
  const found: HiddenText[] = [];
  let line = 1;
  let from = 0;
  for (const match of source.matchAll(TAG)) {
    if (!HIDES.test(match[0])) continue;
    line += source.slice(from, match.index).split("\n").length - 1;
    from = match.index;
    const start = match.index + match[0].length;
    const close = source.toLowerCase().indexOf(`</${(match[1] ?? "").toLowerCase()}`, start);
    const body = source.slice(start, Math.min(close < 0 ? source.length : close, start + 20_000));
    if (body.trim() === "") continue;
    const last = line + (match[0] + body).trimEnd().split("\n").length - 1;
    found.push({ kind: "unseen", text: body.trim().slice(0, 200), first: line, last });
    if (found.length >= MOST) break;
  }
  return found;
}
