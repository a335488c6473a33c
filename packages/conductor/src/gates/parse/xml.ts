/** A small scanner of XML: no DTD, no entities but the five of XML and numbers. Pure. */

/** Where a comment, instruction or CDATA section ends; null when `at` starts a tag. */
export function skipMarkup(text: string, at: number): number | null | "unclosed" | "doctype" {
  const closing = text.startsWith("<!--", at)
    ? "-->"
    : text.startsWith("<![CDATA[", at)
      ? "]]>"
      : text.startsWith("<?", at)
        ? "?>"
        : null;
  if (closing === null) return text.startsWith("<!", at) ? "doctype" : null;
  const start = closing === "-->" ? at + 4 : at + 2;
  const end = text.indexOf(closing, start);
  return end < 0 ? "unclosed" : end + closing.length;
}

/** The `>` that ends a tag, beyond quoted values; -1 when there is none. */
export function tagEnd(text: string, from: number): number {
  let quote = "";
  for (let i = from; i < text.length; i += 1) {
    const char = text[i]!;
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === ">") return i;
  }
  return -1;
}

/** The value of an attribute of a tag; null when it has none of that name. */
export function attribute(inside: string, wanted: string): string | null {
  for (const match of inside.matchAll(/([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    if (match[1] === wanted) return decode(match[2] ?? match[3] ?? "");
  return null;
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Unknown entities stay as they are written. */
export function decode(value: string): string {
  return value.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g, (whole, dec, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = dec === undefined ? Number.parseInt(hex, 16) : Number.parseInt(dec, 10);
    return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : whole;
  });
}
