import { isAcceptanceLabel, isAsideLabel, prioritySaidIn, storyOf } from "../../requirements.ts";
import { plainText } from "../../sections/inline.ts";
import { bindingSentencesOf, marksOf, priorityOf } from "../../sections/markers.ts";
import { isLabel, type ListItem, type Part, type Section } from "../../sections/section.ts";
import { isContainerTitle, splitNumber } from "../../sections/section-kind.ts";
import { columnsOf } from "../../sections/table-columns.ts";
import { filesNamedIn } from "./files.ts";
import { isExplicitTask, nodesFromItems } from "./item-nodes.ts";
import { type Node, newNode } from "./node.ts";
import { titleOf } from "./title.ts";

const PHASE = /^(phase|milestone|stage|sprint|iteration|step)\s+(\d{1,3}|[ivx]{1,5}|[a-h])\b/i;
const STRONG =
  /^(?:feature|phase|milestone|epic|step|stage|sprint|component|module|story|deliverable|workstream)\s*[\d:ivxa-h]/i;
const PREFIX = /^(?:feature|epic|component|module|deliverable|workstream|story)\s*(?:\d{1,3})?\s*[:.–—-]\s*(?=\S)/i;
const LONGEST_PROSE = 2_000;

/** The number of a phase's heading and the word it is called by; null for other headings. */
export function phaseOf(title: string): { readonly word: string; readonly number: number } | null {
  const match = PHASE.exec(splitNumber(title).rest);
  if (match === null) return null;
  const mark = (match[2] ?? "").toLowerCase();
  const roman = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"].indexOf(mark) + 1;
  const number = /^\d/.test(mark) ? Number(mark) : roman > 0 ? roman : mark.charCodeAt(0) - 96;
  return { word: (match[1] ?? "").toLowerCase(), number };
}

/** Tasks from one section and those below it. `depth` is that of the tasks it makes, from 1. */
export function nodesFromSection(section: Section, depth: number, maxDepth: number, hoist: boolean): Node[] {
  const working = section.kind === "work";
  const ownItems = working ? itemNodeParts(section) : [];
  if (!working || hoist || (isContainerTitle(section.title) && ownItems.length === 0)) {
    const own = working ? ownNodes(section, depth, maxDepth) : [];
    return [...own, ...belowSection(section, depth, maxDepth)];
  }
  const node = nodeOfSection(section);
  if (depth < maxDepth) {
    node.children = [...ownNodes(section, depth + 1, maxDepth), ...belowSection(section, depth + 1, maxDepth)];
  } else {
    const below = [...ownNodes(section, depth, maxDepth), ...belowSection(section, depth, maxDepth)];
    const explicit = below.filter((child) => child.explicit);
    if (explicit.length > 0) return explicit;
    fold(node, below);
  }
  if (node.children.length === 0 && !isTaskByItself(section, node)) return [];
  return [node];
}

const belowSection = (section: Section, depth: number, maxDepth: number): Node[] =>
  section.children.flatMap((child) => nodesFromSection(child, depth, maxDepth, false));

/** Phase n + 1 comes after phase n, among siblings and below them, unless the document says after which phase it comes. */
export function chainPhases(siblings: readonly Node[]): void {
  for (const node of siblings) chainPhases(node.children);
  const phases = siblings.flatMap((node) => {
    const phase = phaseOf(node.names.find((name) => PHASE.test(name)) ?? "");
    return phase === null ? [] : [{ node, ...phase }];
  });
  const told = new Set(phases.filter(({ node }) => phases.some((other) => node.after.includes(other.node))));
  for (const phase of phases) {
    if (told.has(phase)) continue;
    const { node, word, number } = phase;
    const earlier = phases.filter((other) => other.word === word && other.number < number);
    const nearest = Math.max(...earlier.map((other) => other.number));
    const before = earlier.filter((other) => other.number === nearest).map((other) => other.node);
    node.after.push(...before.filter((other) => !node.after.includes(other)));
  }
}

function nodeOfSection(section: Section): Node {
  const story = storyOf(section.title);
  const marks = marksOf(section.title);
  const { number, rest } = splitNumber(story?.name ?? marks.rest);
  const phase = phaseOf(section.title);
  const title = titleOf(phase === null ? rest.replace(PREFIX, "") : rest);
  const names = [marks.id, story?.id, number, phase === null ? null : `${phase.word} ${phase.number}`];
  const prefix = /^((?:feature|epic|component|module|deliverable|step|task|section|story)\s+\d{1,3})\b/i.exec(
    rest,
  )?.[1];
  const prose = section.parts.flatMap((part) => (part.kind === "prose" ? [part.text] : []));
  const node = newNode({
    title: title === "" ? section.title : title,
    description: proseOf(section.parts),
    document: section.document,
    span: section.span,
    lines: [section.span, ...section.parts.filter((part) => part.kind === "prose" || part.kind === "code")],
    names: [...names, prefix, story === null ? null : `user story ${story.id.slice(2)}`].flatMap((name) =>
      name ? [name.toLowerCase()] : [],
    ),
    phrases: [section.title, ...prose],
    files: prose.flatMap(filesNamedIn),
    stories: story === null ? [] : [story.id],
    priority: marks.priority ?? prioritySaidIn(section) ?? priorityOf(/\bP[0-4]\b/.exec(section.title)?.[0] ?? ""),
    confidence: story !== null || marks.id !== null ? "medium" : "low",
    id: story?.id ?? marks.id,
  });
  for (const part of section.parts) {
    if (part.kind !== "list" || !(isAcceptanceLabel(part.label) || story !== null)) continue;
    if (isAsideLabel(part.label)) continue;
    node.acceptance.push(...part.items.map((item) => plainText(item.text)));
    node.lines.push(part);
  }
  for (const child of section.children.filter((one) => one.kind === "criteria")) {
    for (const item of itemsUnder(child)) node.acceptance.push(plainText(item.text));
    node.lines.push({ first: child.span.first, last: lastLineUnder(child) });
  }
  return node;
}

/** All outermost items of a section and those below it. */
export const itemsUnder = (section: Section): readonly ListItem[] => [
  ...section.parts.flatMap((part) => (part.kind === "list" ? part.items : [])),
  ...section.children.flatMap(itemsUnder),
];

/** The last line of a section and those below it. */
export const lastLineUnder = (section: Section): number =>
  Math.max(section.span.last, ...section.parts.map((part) => part.last), ...section.children.map(lastLineUnder));

/** Prose and code as a description; what only introduces a list is left out. */
function proseOf(parts: readonly Part[]): string {
  const texts = parts.flatMap((part) => {
    if (part.kind === "prose" && !isLabel(part.text)) return [part.text];
    if (part.kind === "code") return [`\`\`\`${part.language}\n${part.text}\n\`\`\``];
    return [];
  });
  const all = texts.join("\n\n");
  return all.length > LONGEST_PROSE ? `${all.slice(0, LONGEST_PROSE)}…` : all;
}

type ListPart = Extract<Part, { readonly kind: "list" }>;
type TablePart = Extract<Part, { readonly kind: "table" }>;

/** The lists and tables of a section that say what to do. */
function itemNodeParts(section: Section): readonly (ListPart | TablePart)[] {
  if (storyOf(section.title) !== null) {
    return section.parts.filter((part): part is ListPart => part.kind === "list" && part.items.some(isExplicitTask));
  }
  return section.parts.filter(
    (part): part is ListPart | TablePart =>
      (part.kind === "list" && !isAsideLabel(part.label) && !isAcceptanceLabel(part.label)) ||
      (part.kind === "table" && !isAsideLabel(part.label) && columnsOf(part.header) !== null),
  );
}

function ownNodes(section: Section, depth: number, maxDepth: number): Node[] {
  return itemNodeParts(section).flatMap((part) =>
    part.kind === "list"
      ? nodesFromItems(section.document, part.items, depth, maxDepth)
      : nodesFromTable(section, part),
  );
}

/**
 * Where a document marks what may be done side by side, the rest of each of its checklists is done in its order, but for tasks
 * that say what of their list they wait for.
 */
export function orderChecklists(nodes: readonly Node[]): void {
  const marked = (node: Node): boolean => node.parallel === true || node.children.some(marked);
  if (nodes.some(marked)) orderSiblings(nodes);
}

function orderSiblings(nodes: readonly Node[]): void {
  for (const node of nodes) orderSiblings(node.children);
  let last: Node | null = null;
  for (const node of nodes) {
    if (node.parallel !== false) continue;
    if (last !== null && last.list === node.list && !node.after.some((other) => other.list === node.list))
      node.after.push(last);
    last = node;
  }
}

function nodesFromTable(section: Section, table: TablePart): Node[] {
  const columns = columnsOf(table.header);
  if (columns === null) return [];
  return table.rows.flatMap((row) => {
    const cell = (index: number) => row.cells[index] ?? "";
    const text = cell(columns.text);
    if (plainText(text) === "") return [];
    const id = plainText(cell(columns.id));
    const title = titleOf(text);
    const acceptance = plainText(cell(columns.acceptance));
    const depends = plainText(cell(columns.dependsOn));
    return [
      newNode({
        title,
        description: plainText(text).replace(/[.:;]$/, "") === title ? "" : plainText(text),
        document: section.document,
        span: row,
        acceptance: acceptance === "" ? [] : [acceptance],
        names: id === "" ? [] : [id.toLowerCase()],
        phrases: [text, ...(/^[-–—]?$|^none$/i.test(depends) ? [] : [`depends on ${depends}`])],
        files: [...filesNamedIn(text), ...filesNamedIn(cell(columns.files))],
        priority: priorityOf(plainText(cell(columns.priority))),
        confidence: id === "" ? "low" : "medium",
        id: id === "" ? null : id,
      }),
    ];
  });
}

/** Too deep to be tasks of their own: their titles say when the task above them is done. */
function fold(node: Node, below: readonly Node[]): void {
  for (const child of below) {
    node.acceptance.push(child.title, ...child.acceptance);
    node.lines.push(...child.lines);
    node.phrases.push(...child.phrases);
    fold(node, child.children);
  }
}

/** A section without lists is a task when its heading is numbered or named as one, or its text binds. */
function isTaskByItself(section: Section, node: Node): boolean {
  if (section.level <= 1 && section.parent === null) return false;
  if (storyOf(section.title) !== null || node.acceptance.length > 0 || node.id !== null) return true;
  const said = section.parts.some((part) => part.kind === "prose" || part.kind === "code");
  if (!said) return false;
  const { number, rest } = splitNumber(section.title);
  const held = section.parent !== null && isContainerTitle(section.parent.title);
  if (number !== null || STRONG.test(rest) || held) {
    return section.children.length === 0;
  }
  return section.parts.some(
    (part) => part.kind === "prose" && !part.example && bindingSentencesOf(part.text).length > 0,
  );
}
