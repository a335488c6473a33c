/**
 * Changes the text of a plan file where the plan has changed, and nowhere else: comments, blank lines, quotes and line
 * breaks of everything that stays are left as people wrote them.
 */
import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, Scalar, type YAMLMap } from "yaml";

/** A map of a plan file: what it says in full, and what of it is worth writing. */
export interface Written {
  /** Every field with its value, defaults too. */
  readonly full: Readonly<Record<string, unknown>>;
  /** The fields to write, in order, as they are written. */
  readonly plain: Readonly<Record<string, unknown>>;
}

/** Lists whose entries have a name of their own, and how each is written. */
export interface Lists {
  readonly [field: string]: { readonly name: string; readonly write: (entry: never) => Written["plain"] };
}

/** The new text; null where the old one is not laid out so that parts of it could stay. */
export function rewriteYaml(text: string, before: Written, after: Written, lists: Lists): string | null {
  const document = parseDocument(text, { keepSourceTokens: true });
  const { contents } = document;
  if (!isMap(contents) || contents.flow || document.errors.length > 0) return null;
  const source = text.endsWith("\n") ? text : `${text}\n`;
  try {
    const start = contents.range?.[0] ?? 0;
    const at = startOfLine(source, start);
    const { body, end } = rewriteMap({ source, lists }, contents, at, "", before, after);
    return source.slice(0, at) + body + source.slice(end);
  } catch (error) {
    if (error instanceof Unsuited) return null;
    throw error;
  }
}

/** The text is laid out in a way that is not taken apart here. */
class Unsuited extends Error {}

interface Around {
  readonly source: string;
  readonly lists: Lists;
}

const startOfLine = (source: string, offset: number): number => source.lastIndexOf("\n", offset - 1) + 1;

/** Behind the last line that a node stands in. */
function endOf(source: string, node: Node): number {
  const end = node.range?.[1] ?? 0;
  if (end > 0 && source[end - 1] === "\n") return end;
  const line = source.indexOf("\n", end);
  return line < 0 ? source.length : line + 1;
}

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : "");

interface Part {
  readonly pair: Pair;
  /** What stands above it, its indentation too. */
  readonly lead: string;
  readonly own: string;
  readonly end: number;
}

/** The pairs of a block map, each with its text. */
function partsOf(source: string, map: YAMLMap, start: number): readonly Part[] {
  let at = start;
  return map.items.map((pair): Part => {
    const key = pair.key as Node;
    const value = pair.value as Node | null;
    const from = key?.range?.[0];
    if (from === undefined || from < at) throw new Unsuited();
    const end = Math.max(
      endOf(source, key),
      value?.range && value.range[1] > value.range[0] ? endOf(source, value) : 0,
    );
    const part = { pair, lead: source.slice(at, from), own: source.slice(from, end), end };
    at = end;
    return part;
  });
}

function rewriteMap(
  around: Around,
  map: YAMLMap,
  start: number,
  indent: string,
  before: Written,
  after: Written,
): { readonly body: string; readonly end: number } {
  const { source } = around;
  const parts = partsOf(source, map, start);
  const names = Object.keys(after.full);
  const standing = new Map(parts.map((part) => [keyOf(part.pair), part]));
  let body = "";
  const done = new Set<string>();
  const add = (name: string): void => {
    done.add(name);
    if (standing.has(name) || !(name in after.plain) || isDeepStrictEqual(before.full[name], after.full[name])) return;
    body += (body === "" ? "" : indent) + freshPair(name, after.plain[name], indent, null);
  };
  for (const part of parts) {
    const name = keyOf(part.pair);
    // What is new stands where it would in a new file: behind the fields that come before it.
    for (const earlier of names.slice(0, Math.max(0, names.indexOf(name)))) if (!done.has(earlier)) add(earlier);
    done.add(name);
    const lead = leadOf(part, body === "" && part !== parts[0], body === "" ? "" : indent);
    if (isDeepStrictEqual(before.full[name], after.full[name])) body += lead + part.own;
    else if (name in after.plain) body += lead + changedPair(around, part, indent, before, after, name);
  }
  for (const name of names) if (!done.has(name)) add(name);
  return { body, end: parts.at(-1)?.end ?? start };
}

/** The first field of a map stands behind the dash of its list: what takes its place has no indentation there, and it has one elsewhere. */
function leadOf({ lead }: Part, becomesFirst: boolean, indent: string): string {
  if (!becomesFirst) return lead === "" ? indent : lead;
  if (lead.trim() !== "") throw new Unsuited();
  return "";
}

function changedPair(
  around: Around,
  { pair, own, end }: Part,
  indent: string,
  before: Written,
  after: Written,
  name: string,
): string {
  const list = around.lists[name];
  const value = pair.value;
  const entries = after.full[name];
  if (list === undefined || !isSeq(value) || value.flow || !Array.isArray(entries) || entries.length === 0)
    return freshPair(name, after.plain[name], indent, value as Node | null);
  const old = new Map(
    (before.full[name] as readonly Record<string, unknown>[]).map((entry) => [entry[list.name], entry]),
  );
  const keyStart = (pair.key as Node).range?.[0] ?? 0;
  const from = endOf(around.source, pair.key as Node);
  const firstDash = value.range?.[0] ?? 0;
  if (firstDash < from) throw new Unsuited();
  const dash = around.source.slice(startOfLine(around.source, firstDash), firstDash);
  if (dash.trim() !== "") throw new Unsuited();
  const items = new Map<
    unknown,
    { readonly lead: string; readonly item: Node; readonly start: number; readonly end: number }
  >();
  let at = from;
  for (const item of value.items as Node[]) {
    const start = item.range?.[0] ?? 0;
    const stop = endOf(around.source, item);
    const named = isMap(item) ? item.get(list.name) : undefined;
    if (named === undefined || start < at || items.has(named)) throw new Unsuited();
    items.set(named, { lead: around.source.slice(at, start), item, start, end: stop });
    at = stop;
  }
  const write = list.write as (entry: unknown) => Written["plain"];
  const body = entries.map((entry: Record<string, unknown>) => {
    const had = old.get(entry[list.name]);
    const there = items.get(entry[list.name]);
    if (had === undefined || there === undefined) return freshItem(write(entry), dash);
    if (isDeepStrictEqual(had, entry)) return there.lead + around.source.slice(there.start, there.end);
    if (!isMap(there.item) || there.item.flow) return freshItem(write(entry), dash);
    const inner = rewriteMap(
      around,
      there.item,
      there.start,
      " ".repeat(there.start - startOfLine(around.source, there.start)),
      { full: had, plain: write(had) },
      { full: entry, plain: write(entry) },
    );
    return there.lead + inner.body;
  });
  return own.slice(0, from - keyStart) + body.join("") + around.source.slice(at, end);
}

/** How new text is laid out. Texts of several lines are never folded: a folded line that is indented comes back as two. */
export const LAYOUT = { lineWidth: 120, minContentWidth: 40, blockQuote: "literal" } as const;

/** `name: value` and a line break; all lines but the first indented. Comments of the value that stood there stay. */
function freshPair(name: string, value: unknown, indent: string, old: Node | null): string {
  const document = new Document({});
  const node = document.createNode(value) as Node;
  if (old?.comment) node.comment = old.comment;
  if (isScalar(old) && isScalar(node) && typeof node.value === "string" && QUOTED.has(old.type ?? ""))
    (node as Scalar).type = old.type as Scalar.Type;
  (document.contents as unknown as YAMLMap).set(name, node);
  return indented(document.toString(LAYOUT), indent);
}

const QUOTED: ReadonlySet<string> = new Set([Scalar.QUOTE_DOUBLE, Scalar.QUOTE_SINGLE]);

const freshItem = (entry: Written["plain"], dash: string): string =>
  `${dash}- ${indented(new Document(entry).toString(LAYOUT), `${dash}  `)}`;

const indented = (text: string, indent: string): string =>
  text
    .split("\n")
    .map((line, n) => (n === 0 || line === "" ? line : indent + line))
    .join("\n");
