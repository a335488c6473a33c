import { plainText } from "../../sections/inline.ts";
import { isReport, marksOf } from "../../sections/markers.ts";
import type { Section } from "../../sections/section.ts";
import { type Node, newNode } from "./node.ts";
import { itemsUnder, lastLineUnder } from "./section-nodes.ts";

/**
 * The success criteria of the whole document as one last task: what they ask for is seen only when everything else is there.
 * Criteria inside a task's own section belong to that task and make none.
 */
export function criteriaNode(section: Section, nodes: readonly Node[]): Node[] {
  if (section.kind !== "criteria") return section.children.flatMap((child) => criteriaNode(child, nodes));
  const taken = nodes.some((node) => owns(node, section));
  const items = itemsUnder(section).filter((item) => !isReport(item.text) && plainText(item.text) !== "");
  if (taken || items.length === 0) return [];
  return [
    newNode({
      title: `Meet the ${section.title.toLowerCase()}`,
      document: section.document,
      span: section.span,
      lines: [{ first: section.span.first, last: lastLineUnder(section) }],
      acceptance: items.map((item) => plainText(marksOf(item.text).rest)),
    }),
  ];
}

/** Puts a node after all others: it waits for those that no other waits for. */
export function waitForAll(last: Node, nodes: readonly Node[]): void {
  const before = new Set(nodes.flatMap((node) => node.after));
  last.after.push(...nodes.filter((node) => !before.has(node)));
}

const owns = (node: Node, section: Section): boolean =>
  (node.document === section.document &&
    node.lines.some((span) => span.first <= section.span.first && section.span.first <= span.last)) ||
  node.children.some((child) => owns(child, section));
