/** A document as sections: headings with what stands under them, lists as trees, labels ("Pros:") with their lists. */

import type { Block, Span, TableRow } from "../read/block.ts";
import type { PlanDocument } from "../read/document.ts";
import { plainText } from "./inline.ts";
import { isExample } from "./markers.ts";
import { isContainerTitle, kindOfTitle, type SectionKind } from "./section-kind.ts";

/** A list item with everything nested in it. */
export interface ListItem extends Span {
  /** As written, with inline marks. */
  readonly text: string;
  readonly ordered: boolean;
  readonly ticked: boolean | null;
  readonly children: readonly ListItem[];
  /** Later paragraphs and code of the item, as written. */
  readonly notes: readonly string[];
}

/** What stands under a heading, in order. A label is the line that introduces a list or table: "Pros:", "The system must:". */
export type Part =
  /** `example`: it shows something, or goes on with a paragraph that does. */
  | (Span & { readonly kind: "prose"; readonly text: string; readonly example: boolean })
  | (Span & { readonly kind: "code"; readonly language: string; readonly text: string })
  | (Span & { readonly kind: "list"; readonly label: string | null; readonly items: readonly ListItem[] })
  | (Span & {
      readonly kind: "table";
      readonly label: string | null;
      readonly header: readonly string[];
      readonly rows: readonly TableRow[];
    });

/** A heading and all that stands under it. */
export interface Section {
  readonly document: PlanDocument;
  /** Plain; the document's name for what stands before the first heading. */
  readonly title: string;
  /** 1-6; 0 for what stands before the first heading. */
  readonly level: number;
  /** The heading's lines. */
  readonly span: Span;
  readonly kind: SectionKind;
  readonly parts: readonly Part[];
  readonly children: readonly Section[];
  readonly parent: Section | null;
}

interface OpenSection extends Section {
  kind: SectionKind;
  readonly parts: Part[];
  readonly children: OpenSection[];
}

/** The sections of a document, outermost first. Block quotes, HTML and front matter are left out. */
export function sectionsOf(document: PlanDocument): readonly Section[] {
  const roots: OpenSection[] = [];
  const open: OpenSection[] = [];
  const enter = (title: string, level: number, span: Span): OpenSection => {
    // What stands before the first heading holds nothing but itself.
    while (open.length > 0 && ((open.at(-1)?.level ?? 0) >= level || open.at(-1)?.level === 0)) open.pop();
    const parent = open.at(-1) ?? null;
    const inList = parent?.kind === "work" && isContainerTitle(parent.title);
    const told = kindOfTitle(title, inList);
    // A document may be called "Links" or "Notes" and say what to build all the same; one chapter of several may not.
    const kind =
      span.first === name?.first && told === "aside"
        ? "work"
        : (told ??
          (parent !== null && parent.span.first === name?.first && isContainerTitle(title) ? "work" : null) ??
          parent?.kind ??
          "work");
    const section: OpenSection = { document, title, level, span, kind, parts: [], children: [], parent };
    (parent?.children ?? roots).push(section);
    open.push(section);
    return section;
  };
  const { blocks } = document;
  const name = nameOf(blocks);
  const trees = itemTrees(blocks);
  let label: Extract<Part, { kind: "prose" }> | null = null;
  for (const [index, block] of blocks.entries()) {
    if (block.quoted || block.kind === "html" || block.kind === "front-matter" || block.in !== null) continue;
    if (block.kind === "heading") {
      enter(plainText(block.text), block.level, block);
      label = null;
      continue;
    }
    const section = open.at(-1) ?? enter(document.path, 0, { first: block.first, last: block.first });
    label = addPart(section, block, trees.get(index), label);
  }
  return roots;
}

type Heading = Extract<Block, { kind: "heading" }>;

/** The heading that names the whole document: the first, when all others stand below it; null when there is none such. */
function nameOf(blocks: readonly Block[]): Heading | null {
  const [first, ...others] = blocks.filter(
    (block): block is Heading => block.kind === "heading" && !block.quoted && block.in === null,
  );
  if (first === undefined || others.length === 0) return null;
  return others.every(({ level }) => level > first.level) ? first : null;
}

/** Adds one block; answers the paragraph that may turn out to be the label of what follows. */
function addPart(
  section: OpenSection,
  block: Block,
  item: ListItem | undefined,
  label: Extract<Part, { kind: "prose" }> | null,
): Extract<Part, { kind: "prose" }> | null {
  const span = { first: block.first, last: block.last };
  if (block.kind === "paragraph") {
    if (section.kind === "work" && isRuledOut(block.text)) section.kind = "aside";
    const prose = { kind: "prose" as const, text: block.text, example: isExampleHere(section, block.text), ...span };
    section.parts.push(prose);
    return isLabel(block.text) ? prose : null;
  }
  if (block.kind === "code") section.parts.push({ kind: "code", language: block.language, text: block.text, ...span });
  if (block.kind === "item" && item !== undefined) {
    const before = section.parts.at(-1);
    const end = lastLineOf(item);
    if (label === null && before?.kind === "list") {
      section.parts[section.parts.length - 1] = { ...before, last: end, items: [...before.items, item] };
    } else {
      section.parts.push({ kind: "list", label: label?.text ?? null, items: [item], first: span.first, last: end });
    }
  }
  if (block.kind === "table") {
    section.parts.push({ kind: "table", label: label?.text ?? null, header: block.header, rows: block.rows, ...span });
  }
  return null;
}

/** "These phases are beyond the scope of …": said of the section that it stands in. */
const isRuledOut = (text: string): boolean =>
  /^\W*(?:(?:all (?:of )?)?(?:this|these|the following)\b[^.]{0,60}\b(?:is|are) )?(?:beyond|outside|out of|not in) (?:the |our )?scope\b/i.test(
    text,
  );

/** A paragraph that begins in lower case goes on with what was said before the figure above it. */
function isExampleHere(section: Section, text: string): boolean {
  if (isExample(text)) return true;
  const before = section.parts.findLast((part) => part.kind === "prose");
  return /^\p{Ll}/u.test(text) && before?.kind === "prose" && before.example;
}

/** The last line of an item with all that is nested in it. */
export const lastLineOf = (item: ListItem): number =>
  item.children.reduce((last, child) => Math.max(last, lastLineOf(child)), item.last);

/** A short line that introduces what follows: it ends in a colon, or is bold from end to end. */
export function isLabel(text: string): boolean {
  const line = text.split("\n").at(-1)?.trim() ?? "";
  if (/^\*\*[^*]{1,80}\*\*:?$/.test(line)) return true;
  return /:\**$/.test(line);
}

interface OpenItem extends ListItem {
  readonly children: OpenItem[];
  readonly notes: string[];
}

/** Every outermost item by the index of its block, with what is nested in it. */
function itemTrees(blocks: readonly Block[]): ReadonlyMap<number, ListItem> {
  const items = new Map<number, OpenItem>();
  const outermost = new Map<number, ListItem>();
  for (const [index, block] of blocks.entries()) {
    if (block.quoted) continue;
    const parent = block.in === null ? undefined : items.get(block.in);
    if (block.kind === "item") {
      const { text, ordered, ticked, first, last } = block;
      const item: OpenItem = { text, ordered, ticked, first, last, children: [], notes: [] };
      items.set(index, item);
      if (block.in === null) outermost.set(index, item);
      else parent?.children.push(item);
    } else if (parent !== undefined && (block.kind === "paragraph" || block.kind === "code")) {
      parent.notes.push(block.kind === "code" ? `\`\`\`${block.language}\n${block.text}\n\`\`\`` : block.text);
    }
  }
  return outermost;
}
