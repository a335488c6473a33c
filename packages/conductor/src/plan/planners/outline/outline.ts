/**
 * A planner that asks no model: the document's own structure is the plan. It is honest about how little it understands:
 * no task is more than of medium confidence, and nothing is estimated in minutes.
 */
import { WerkError } from "@taskwerk/contract/errors";
import type { LeftOut, PlanTask, Requirement } from "../../../model/plan.ts";
import { NO_USAGE } from "../../../model/usage.ts";
import type { Span } from "../../read/block.ts";
import { addressOf, type PlanDocument, quoteOf, spanOfAddress } from "../../read/document.ts";
import { type ListItem, type Section, sectionsOf } from "../../sections/section.ts";
import { slugOf } from "../../slug.ts";
import type { PlanDraft, PlanInput, Planner } from "../planner.ts";
import { criteriaNode, waitForAll } from "./criteria-node.ts";
import { type Node, newNode } from "./node.ts";
import { namesOf, readBlocksAll, readOrderNote, readRelations } from "./relations.ts";
import { chainPhases, itemsUnder, lastLineUnder, nodesFromSection, orderChecklists } from "./section-nodes.ts";
import { servedByChecklist } from "./served-by-checklist.ts";
import { titleOf } from "./title.ts";
import { withoutCycles } from "./without-cycles.ts";

/** The outline planner. Deepest plan: 3 levels. */
export const outlinePlanner: Planner = {
  name: "outline",
  model: null,
  learns: false,
  plan: async (input) => {
    const draft = outline(input);
    input.onProgress?.({
      level: 1,
      calls: 0,
      tasks: draft.tasks.length,
      usage: NO_USAGE,
    });
    return draft;
  },
};

/** Reads a plan from the structure of documents. Pure. Throws PLAN_INVALID when they hold nothing that could be a task. */
export function outline({ documents, requirements, maxDepth }: PlanInput): PlanDraft {
  const depth = Math.max(1, Math.min(3, maxDepth));
  const roots = documents.map(sectionsOf);
  const { nodes: left, assumptions } = servedByChecklist(
    roots.flatMap((sections) => nodesFromDocument(sections, depth)),
    requirements,
  );
  const nodes = [...left];
  const criteria = roots.flat().flatMap((section) => criteriaNode(section, nodes));
  nodes.push(...nodesForTheRest(documents, requirements, [...nodes, ...criteria], depth));
  const work = [...nodes];
  nodes.push(...criteria);
  if (nodes.length === 0) {
    throw new WerkError(
      "PLAN_INVALID",
      `nothing in ${documents.map(({ path }) => path).join(", ")} reads like something to build`,
      {
        hint: "Write what is wanted as headings with lists, a checklist, or sentences with MUST; or use a planner with a model.",
      },
    );
  }
  const all = flatten(nodes);
  const names = namesOf(all.map(({ node }) => node));
  for (const { node } of all) readRelations(node, names);
  for (const section of roots.flat()) for (const note of orderNotesOf(section)) readOrderNote(note, names);
  chainPhases(nodes);
  orderChecklists(nodes);
  for (const section of roots.flat()) for (const note of orderNotesOf(section)) readBlocksAll(note, names, all);
  for (const last of criteria) waitForAll(last, work);
  withoutCycles(all);
  return {
    tasks: tasksOf(all, requirements),
    requirements: [],
    questions: [],
    assumptions,
    left_out: roots.flat().flatMap(leftOutOf),
  };
}

/** The first heading, when no other of its level says what to build, is the document's title and not a task. */
function nodesFromDocument(sections: readonly Section[], depth: number): Node[] {
  const titled = sections.filter((section) => section.level > 0);
  const top = Math.min(...titled.map((section) => section.level));
  const isTitle = (section: Section) =>
    section === titled[0] &&
    section.level === top &&
    section.level <= 2 &&
    titled.slice(1).every((other) => other.kind !== "work");
  const nodes = sections.flatMap((section) =>
    nodesFromSection(section, 1, depth, section.level === 0 || isTitle(section)),
  );
  return nodes;
}

interface Placed {
  readonly node: Node;
  readonly parent: Placed | null;
}

const flatten = (nodes: readonly Node[], parent: Placed | null = null): Placed[] =>
  nodes.flatMap((node) => {
    const placed = { node, parent };
    return [placed, ...flatten(node.children, placed)];
  });

/** Which node each line of a document belongs to; the innermost wins. */
function ownersOf(nodes: readonly Node[]): ReadonlyMap<PlanDocument, ReadonlyMap<number, Placed>> {
  const owners = new Map<PlanDocument, Map<number, Placed>>();
  for (const placed of flatten(nodes)) {
    const { document, lines } = placed.node;
    const map = owners.get(document) ?? new Map<number, Placed>();
    owners.set(document, map);
    for (const span of lines) for (let line = span.first; line <= span.last; line += 1) map.set(line, placed);
  }
  return owners;
}

/** Where a requirement stands; null when in none of these documents. */
function placeOf(
  documents: readonly PlanDocument[],
  { source }: Requirement,
): { readonly document: PlanDocument; readonly span: Span } | null {
  for (const document of documents) {
    const span = spanOfAddress(document, source);
    if (span !== null) return { document, span };
  }
  return null;
}

/** Binding sentences that no task stands for become tasks: under the section that holds them, else on their own. */
function nodesForTheRest(
  documents: readonly PlanDocument[],
  requirements: readonly Requirement[],
  nodes: readonly Node[],
  depth: number,
): Node[] {
  const owners = ownersOf(nodes);
  const served = new Set(flatten(nodes).flatMap(({ node }) => node.stories));
  const rest: Node[] = [];
  for (const requirement of requirements) {
    const place = placeOf(documents, requirement);
    if (place === null || requirement.level === "may" || served.has(requirement.id)) continue;
    const { document, span } = place;
    const owner = owners.get(document)?.get(span.first);
    if (owner?.node.span.first === span.first) continue;
    if (owner !== undefined && owner.node.children.length === 0) {
      if (!owner.node.acceptance.some((item) => isSaidIn(item, requirement)) && isOwnSentence(owner, span)) {
        owner.node.acceptance.push(requirement.text);
      }
      continue;
    }
    const node = newNode({
      title: titleOf(requirement.text),
      description: titleOf(requirement.text) === requirement.text.replace(/[.:;]$/, "") ? "" : requirement.text,
      document,
      span,
      phrases: [requirement.text],
      acceptance: [...requirement.acceptance],
      names: [requirement.id.toLowerCase()],
    });
    const room = owner !== undefined && depthOf(owner) < depth;
    if (room) {
      owner.node.children.push(node);
      owner.node.children.sort((a, b) => a.span.first - b.span.first);
    } else rest.push(node);
  }
  return rest;
}

/** An item says it already, also where its id stands before it: "R2: Files …". */
const isSaidIn = (item: string, { id, text }: Requirement): boolean =>
  item === text || (item.endsWith(text) && item.slice(0, -text.length).toLowerCase().includes(id.toLowerCase()));

const depthOf = (placed: Placed): number => 1 + (placed.parent === null ? 0 : depthOf(placed.parent));
/** In the prose of the owner, not in one of its lists, whose items are acceptance already. */
const isOwnSentence = ({ node }: Placed, span: Span): boolean =>
  node.lines.some((lines) => lines.first <= span.first && span.last <= lines.last) && !node.explicit;

/** Items of sections and lists about the order of work: they name other tasks and are none. */
function orderNotesOf(section: Section): readonly string[] {
  const about = /\border(?:ing)?\b|\bdependenc|\bparallel/i;
  const all = (items: readonly ListItem[]): readonly string[] =>
    items.flatMap((item) => [item.text, ...all(item.children)]);
  const inHeading = section.kind === "aside" && about.test(section.title);
  const own = section.parts.flatMap((part) =>
    part.kind === "list" && (inHeading || about.test(part.label ?? "")) ? all(part.items) : [],
  );
  return [...own, ...section.children.flatMap(orderNotesOf)];
}

const KEY_LENGTH = 100;

function tasksOf(all: readonly Placed[], requirements: readonly Requirement[]): readonly PlanTask[] {
  const keys = keysOf(all);
  const owners = ownersOf(all.filter(({ parent }) => parent === null).map(({ node }) => node));
  const served = new Map<Node, string[]>();
  const known = new Set(requirements.map(({ id }) => id));
  const documents = [...new Set(all.map(({ node }) => node.document))];
  const levels = new Map(requirements.map(({ id, level }) => [id, level]));
  for (const requirement of requirements) {
    const place = placeOf(documents, requirement);
    const owner = place === null ? undefined : owners.get(place.document)?.get(place.span.first)?.node;
    if (owner !== undefined) served.set(owner, [...(served.get(owner) ?? []), requirement.id]);
  }
  return all.map(({ node, parent }) => {
    const serves = [...new Set([...(served.get(node) ?? []), ...node.stories.filter((id) => known.has(id))])];
    const acceptance = [...new Set(node.acceptance.filter((text) => text !== ""))];
    const leaf = node.children.length === 0;
    return {
      key: keys.get(node) ?? "",
      parent: parent === null ? null : (keys.get(parent.node) ?? null),
      title: node.title,
      description: node.description,
      type: null,
      acceptance: acceptance.map((text) => ({ text, proof: null })),
      depends_on: node.after.flatMap((other) => keys.get(other) ?? []),
      requirements: serves,
      capabilities: [],
      files: node.files,
      estimate_minutes: null,
      complexity: leaf
        ? Math.min(7, 2 + Math.ceil(acceptance.length / 2) + (node.description.length > 300 ? 1 : 0))
        : null,
      priority:
        node.priority ?? (serves.length > 0 && serves.every((id) => levels.get(id) === "must") ? "high" : "medium"),
      confidence: node.confidence,
      questions: node.questions,
      source: addressOf(node.document, node.span),
      quote: quoteOf(node.document, node.span),
      done: leaf ? node.done : node.children.every((child) => allDone(child)),
    };
  });
}

const allDone = (node: Node): boolean => (node.children.length === 0 ? node.done : node.children.every(allDone));

/** The document's own id, else the path of titles: the same on every run, and when other parts of the document change. */
function keysOf(all: readonly Placed[]): ReadonlyMap<Node, string> {
  const keys = new Map<Node, string>();
  const taken = new Set<string>();
  for (const { node, parent } of all) {
    const own = node.id === null ? slugOf(node.title, 32) : slugOf(node.id);
    const path = node.id !== null || parent === null ? own : `${keys.get(parent.node)}.${own}`;
    const wanted = path.length <= KEY_LENGTH ? path : slugOf(path.replaceAll(".", "-"), KEY_LENGTH);
    let key = wanted;
    for (let n = 2; taken.has(key); n += 1) key = `${wanted}-${n}`;
    taken.add(key);
    keys.set(node, key);
  }
  return keys;
}

const REASONS: Readonly<Partial<Record<Section["kind"], string>>> = {
  "non-goals": "not wanted",
  goals: "the wish behind the work, not work itself",
  aside: "explains or weighs, says nothing to build",
  context: "explains, says nothing to build",
};

function leftOutOf(section: Section): readonly LeftOut[] {
  const reason = REASONS[section.kind];
  const items = itemsUnder(section).length;
  if (reason === undefined || items === 0) return section.children.flatMap(leftOutOf);
  const span = { first: section.span.first, last: lastLineUnder(section) };
  const inner = section.children.filter((child) => REASONS[child.kind] === undefined).flatMap(leftOutOf);
  return [{ title: section.title, source: addressOf(section.document, span), items, reason }, ...inner];
}
