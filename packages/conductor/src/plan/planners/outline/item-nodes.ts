import type { PlanDocument } from "../../read/document.ts";
import { isOpenQuestion } from "../../requirements.ts";
import { plainText } from "../../sections/inline.ts";
import { isExample, isReport, isTaskId, marksOf } from "../../sections/markers.ts";
import { isLabel, type ListItem, lastLineOf } from "../../sections/section.ts";
import { filesNamedIn } from "./files.ts";
import { type Node, newNode } from "./node.ts";
import { titleOf } from "./title.ts";

/** What speaks of other tasks or of files, whatever follows. */
const RELATION = /^\W*(?:depends? on|dependenc(?:y|ies)|blocked by|prerequisites?|files?)\b\W*:?/i;
/** "After 5 attempts the account is locked" is no relation; "After T004" is. */
const SHORT_RELATION = /^\W*(?:requires|after|needs)\b\W*:?\s*(?:\S+\s*){1,4}$/i;

/** True when the document itself lists this item, or one in it, as a task. */
export const isExplicitTask = (item: ListItem): boolean => item.ticked !== null || isTaskId(marksOf(item.text).id);
const holdsTasks = (item: ListItem): boolean =>
  item.children.some((child) => isExplicitTask(child) || holdsTasks(child));

/** "**Setup** (3 tasks):" and the like: a name for what is nested in it. */
const isGroupName = (item: ListItem): boolean => {
  const text = item.text.trim();
  return /:\**$/.test(text) || /^\*\*[^*]+\*\*(?:\s*\([^()]*\))?$/.test(text);
};

/** Tasks from list items. `depth` is theirs, from 1; what would lie deeper than `maxDepth` becomes acceptance, explicit tasks move up. */
export function nodesFromItems(
  document: PlanDocument,
  items: readonly ListItem[],
  depth: number,
  maxDepth: number,
): Node[] {
  return items.flatMap((item) => nodesFromItem(document, item, items, depth, maxDepth));
}

function nodesFromItem(
  document: PlanDocument,
  item: ListItem,
  siblings: readonly ListItem[],
  depth: number,
  maxDepth: number,
): Node[] {
  if (isReport(item.text) || plainText(item.text) === "" || isAsideItem(item)) return [];
  if (!isExplicitTask(item) && isOpenQuestion(item.text)) return [];
  const grouping = item.children.length > 0 && (holdsTasks(item) || isGroupName(item));
  if (grouping && depth >= maxDepth && holdsTasks(item))
    return nodesFromItems(document, item.children, depth, maxDepth);
  const node = nodeOf(document, item, siblings);
  if (grouping && depth < maxDepth) {
    node.children = nodesFromItems(document, item.children, depth + 1, maxDepth);
    if (node.children.length > 0) return [node];
  }
  addDetails(node, item.children);
  return [node];
}

/** "Rationale: …" with or without a list of its own. */
const isAsideItem = (item: ListItem): boolean =>
  !isExplicitTask(item) &&
  (isExample(item.text) ||
    /^\**(?:rationale|decision|alternatives?(?: considered)?|pros|cons|risks?|note|why|out of scope|non-goals?)\**:/i.test(
      item.text,
    ));

function nodeOf(document: PlanDocument, item: ListItem, siblings: readonly ListItem[]): Node {
  const marks = marksOf(item.text);
  const explicit = isExplicitTask(item);
  const title = titleOf(marks.rest);
  const whole = plainText(marks.rest);
  const said = [whole.replace(/[.:;]$/, "") === title ? "" : whole, ...item.notes].filter((text) => text !== "");
  return newNode({
    title,
    description: said.join("\n\n"),
    document,
    span: { first: item.first, last: item.last },
    lines: [{ first: item.first, last: lastLineOf(item) }],
    names: marks.id === null ? [] : [marks.id.toLowerCase()],
    phrases: [item.text, ...item.notes],
    files: filesNamedIn(item.text),
    stories: [...marks.stories],
    priority: marks.priority,
    confidence: explicit || marks.id !== null ? "medium" : "low",
    done: item.ticked === true,
    explicit,
    list: explicit ? siblings : null,
    parallel: explicit && marks.id !== null ? marks.parallel : null,
    id: marks.id,
  });
}

/** What is nested in a task that gets no tasks of its own: relations are read, the rest is how to see that it is done. */
function addDetails(node: Node, items: readonly ListItem[]): void {
  for (const item of items) {
    if (RELATION.test(item.text) || SHORT_RELATION.test(item.text)) node.phrases.push(item.text);
    else if (item.children.length > 0 && isLabel(item.text)) {
      addDetails(node, item.children);
      continue;
    } else if (!isReport(item.text) && item.text.trim() !== "") node.acceptance.push(plainText(item.text));
    addDetails(node, item.children);
  }
}
