/** Sets one key in a configuration text; comments and everything else stay as they are. */
import { Document, isMap, isScalar, parseDocument, stringify } from "yaml";
import type { ConfigValue } from "./schema.ts";

/** The text with `key` (a path with dots) at `value`; null takes it out, with parts that are empty then. */
export function editConfig(text: string, key: string, value: ConfigValue | null): string {
  const parsed = parseDocument(text);
  if (parsed.errors[0]) throw parsed.errors[0];
  const document = isMap(parsed.contents) ? parsed : new Document({});
  if (document !== parsed) document.commentBefore = parsed.commentBefore ?? parsed.comment;
  const path = key.split(".");
  // One plain value in the place of another: not a letter beside it changes.
  const there = document.getIn(path, true);
  if (isScalar(there) && there.range && typeof value !== "object") {
    const [from, to] = there.range;
    if (!text.slice(from, to).includes("\n")) return text.slice(0, from) + stringify(value).trimEnd() + text.slice(to);
  }
  if (value !== null) document.setIn(path, value);
  else if (document.hasIn(path))
    for (let length = path.length; length > 0; length -= 1) {
      const part = path.slice(0, length);
      const rest = document.getIn(part);
      if (length === path.length || (isMap(rest) && rest.items.length === 0)) document.deleteIn(part);
    }
  return isMap(document.contents) && document.contents.items.length === 0 && !document.commentBefore
    ? ""
    : document.toString({ lineWidth: 0 });
}
