import { linesOf, type ReadRows, type Source } from "./read-file.ts";

const ITEM = /^(\s*)(?:[-*+]|\d+[.)]) +\[([ xX])\] +(.*)$/s;
const HEADING = /^#{1,6} +(.*)$/;
/** A name of its own that an item begins with: `T012`, `TASK-3`, `1.2`. */
const NAME = /^((?:[A-Z]{1,10}-?\d+(?:\.\d+)*))[:.]?\s+(?=\S)/;

/** True for Markdown that is a list of boxes to tick, and no headings with tasks. */
export const isChecklist = (text: string): boolean => /^\s*(?:[-*+]|\d+[.)]) +\[[ xX]\] +\S/m.test(text);

/** Boxes to tick: one task each, those indented deeper below it; the heading above is the category. */
export function readChecklist({ text }: Source): ReadRows {
  const rows: Record<string, unknown>[] = [];
  const places: string[] = [];
  let category: string | undefined;
  let open: { readonly indent: number; readonly ref: string }[] = [];
  for (const [line, number] of linesOf(text)) {
    const heading = HEADING.exec(line);
    if (heading) {
      category = heading[1]!.trimEnd().slice(0, 200);
      open = [];
      continue;
    }
    const item = ITEM.exec(line);
    if (!item) {
      continuation(rows.at(-1), line);
      continue;
    }
    const [, space = "", box = " "] = item;
    const words = item[3]!.trimEnd();
    const indent = space.replaceAll("\t", "    ").length;
    open = open.filter((one) => one.indent < indent);
    const name = NAME.exec(words)?.[1];
    const ref = name ?? `line ${number}`;
    rows.push({
      ref,
      title: name ? words.slice(NAME.exec(words)![0].length) : words,
      // A box says only whether it is ticked: one above others closes with them.
      ...(box === " " ? {} : { status: "done" }),
      ...(category ? { category } : {}),
      ...(open.length > 0 ? { parent: open.at(-1)!.ref } : {}),
    });
    places.push(`line ${number}`);
    open.push({ indent, ref });
  }
  return { rows, places };
}

/** Text that is indented below an item is its description. */
function continuation(row: Record<string, unknown> | undefined, line: string): void {
  if (!row || !/^\s{2,}\S/.test(line)) return;
  row.description = row.description === undefined ? line.trim() : `${row.description}\n${line.trim()}`;
}
