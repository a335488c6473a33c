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
  const there = document.getIn(path, true);
  if (isScalar(there) && there.range && typeof value !== "object") {
    const edited = replaced(text, there.range, value);
    if (edited !== null && says(edited, path, value)) return edited;
  }
  if (value !== null) openParts(document, path);
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

/** One plain value in the place of another: not a letter beside it changes. Null where that takes more than a line. */
function replaced(text: string, [from, to]: readonly number[], value: unknown): string | null {
  const said = stringify(value, { lineWidth: 0 }).trimEnd();
  return `${text.slice(from, to)}${said}`.includes("\n") ? null : text.slice(0, from) + said + text.slice(to);
}

/** Whether a text has the value there: in brackets, or where nothing stood, what is plain elsewhere means something else. */
function says(text: string, path: readonly string[], value: ConfigValue | null): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && document.getIn(path) === value;
}

/** Makes parts of a path that stand there empty, as a heading over lines that are commented out, parts with keys. */
function openParts(document: Document, path: readonly string[]): void {
  for (let length = 1; length < path.length; length += 1) {
    const part = path.slice(0, length);
    const there = document.getIn(part, true);
    if (!isScalar(there) || there.value !== null) continue;
    const opened = document.createNode({});
    opened.commentBefore = there.commentBefore ?? there.comment ?? null;
    document.setIn(part, opened);
  }
}
