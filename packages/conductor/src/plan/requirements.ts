/** What documents ask for: numbered requirements, stories, table rows, MUST and SHOULD sentences, bullets of what to build. Pure. */
import type { Priority } from "@taskwerk/contract/status";
import type { Requirement, RequirementLevel } from "../model/plan.ts";
import type { Span } from "./read/block.ts";
import { addressOf, type PlanDocument, quoteOf } from "./read/document.ts";
import { unreadable } from "./read/unreadable.ts";
import { plainText } from "./sections/inline.ts";
import {
  bindingSentencesOf,
  clarificationOf,
  isExample,
  isQuestion,
  isReport,
  isTaskId,
  levelOf,
  levelOfPriority,
  marksOf,
  priorityOf,
} from "./sections/markers.ts";
import { isLabel, type ListItem, type Part, type Section, sectionsOf } from "./sections/section.ts";
import { isScheduleTitle, kindOfTitle } from "./sections/section-kind.ts";
import { columnsOf } from "./sections/table-columns.ts";
import { shortHash } from "./slug.ts";

/** What the reader of a document found beside its tasks. */
export interface Extracted {
  readonly requirements: readonly Requirement[];
  readonly non_goals: readonly string[];
  readonly questions: readonly string[];
  readonly assumptions: readonly string[];
}

type TablePart = Extract<Part, { readonly kind: "table" }>;

interface Found extends Span {
  readonly document: PlanDocument;
  readonly id: string | null;
  readonly level: RequirementLevel;
  readonly text: string;
  readonly acceptance: readonly string[];
}

/** "User Story 2 - Manage plans (Priority: P2)". */
const STORY = /^user story\s+(\d{1,3})\s*[-–—:.]\s*(\S.*)$/i;
const SCENARIO = /\bgiven\b.*\bwhen\b.*\bthen\b/i;

/** The number and name of a user story's heading, or null. */
export function storyOf(title: string): { readonly id: string; readonly name: string } | null {
  const match = STORY.exec(title);
  return match === null ? null : { id: `US${match[1]}`, name: marksOf(match[2] ?? "").rest };
}

/** The priority that a section says of itself in a line: "**Priority:** High". */
export function prioritySaidIn(section: Section): Priority | null {
  for (const part of section.parts) {
    const said =
      part.kind === "prose" ? /^\s*\**priority:?\**:?\s*([\w -]{1,20}?)\s*$/im.exec(part.text)?.[1] : undefined;
    if (said !== undefined) return priorityOf(said);
  }
  return null;
}

/** A heading with an id of its own ("SHOP-101: Show delivery dates") over "As a …, I want …" or acceptance criteria, or null. */
function ticketOf(section: Section): { readonly id: string; readonly name: string } | null {
  const { id, rest } = marksOf(section.title);
  if (id === null || isTaskId(id) || section.kind !== "work") return null;
  const asks = section.parts.some(
    (part) =>
      (part.kind === "prose" && /^\W*as an? .{2,80}?,? I (?:want|need|would like|can)\b/im.test(part.text)) ||
      (part.kind === "list" && isAcceptanceLabel(part.label)),
  );
  return asks ? { id, name: rest } : null;
}

/** True for a label such as "Acceptance criteria:". */
export const isAcceptanceLabel = (label: string | null): boolean =>
  label !== null &&
  (kindOfTitle(plainText(label)) === "criteria" || /\bacceptance\b|\bdone when\b|\bverif/i.test(label));

/** True for a label such as "Pros:" or "Rationale:": nothing under it is to be built. */
export const isAsideLabel = (label: string | null): boolean => {
  if (label === null) return false;
  const kind = kindOfTitle(plainText(label.split("\n").at(-1) ?? ""));
  return kind !== null && kind !== "work" && kind !== "criteria" && kind !== "context";
};

/** More than anybody reviews; each of them is compared with others. */
const MAX_REQUIREMENTS = 10_000;

/**
 * Everything that the documents ask for, in document order, with ids that stay the same while the words do: the document's
 * own (`FR-001`), else `R-` and a few letters made from the words. When nothing plainly says what to build, the steps of a
 * schedule count, and when there are none, sentences in introductions and goals. Throws
 * PRD_UNREADABLE when it is too much for one plan.
 */
export function extractRequirements(documents: readonly PlanDocument[]): Extracted {
  const sections = documents.flatMap(sectionsOf);
  let found = sections.flatMap((section) => fromSection(section, "asked"));
  // Where tasks are listed as tasks, what stands around them is no requirement.
  const checklist = documents.some(({ blocks }) =>
    blocks.some((block) => block.kind === "item" && (block.ticked !== null || isTaskId(marksOf(block.text).id))),
  );
  if (found.length === 0 && !checklist) found = sections.flatMap((section) => fromSection(section, "scheduled"));
  if (found.length === 0 && !checklist) found = sections.flatMap((section) => fromSection(section, "anything"));
  if (found.length > MAX_REQUIREMENTS) {
    const paths = documents.map(({ path }) => path).join(", ");
    const count = found.length.toLocaleString("en");
    throw unreadable(
      paths,
      `it asks for ${count} things, and at most 10,000 become one plan`,
      "Plan it in parts: one document a part.",
    );
  }
  return {
    requirements: named(found),
    non_goals: listed(sections, "non-goals"),
    questions: [...new Set([...listed(sections, "questions"), ...sections.flatMap(askedIn)])],
    assumptions: listed(sections, "assumptions"),
  };
}

/**
 * From where lists ask for something: where it is said what is wanted; else also from the steps of a schedule; else from
 * anywhere.
 */
type Extent = "asked" | "scheduled" | "anything";

function listed(sections: readonly Section[], kind: Section["kind"]): readonly string[] {
  const all: string[] = [];
  const visit = (section: Section) => {
    for (const part of section.parts) {
      const wanted =
        section.kind === kind || (part.kind === "list" && kindOfTitle(plainText(part.label ?? "")) === kind);
      if (!wanted) continue;
      if (part.kind === "list") all.push(...part.items.map((item) => plainText(item.text)));
      else if (part.kind === "prose" && !isLabel(part.text)) all.push(plainText(part.text));
    }
    section.children.forEach(visit);
  };
  sections.forEach(visit);
  return [...new Set(all.filter((text) => text !== "" && !/^(?:none|n\/a|nothing)\.?$/i.test(text)))];
}

/** A question that asks for nothing else; "MUST delete photos [NEEDS CLARIFICATION: when?]" asks and binds. */
export const isOpenQuestion = (text: string): boolean => isQuestion(text) && clarificationOf(text) === null;

/** Questions that stand among what is to be built: items that ask, and what the text marks as not yet clear. */
function askedIn(section: Section): readonly string[] {
  if (section.kind === "questions" || section.kind === "aside" || section.kind === "non-goals") return [];
  const ofItems = (items: readonly ListItem[], binds: boolean): readonly string[] =>
    items.flatMap((item) => {
      const unclear = clarificationOf(item.text);
      const asked = binds && isOpenQuestion(item.text) ? [plainText(marksOf(item.text).rest)] : [];
      return [...(unclear === null ? asked : [unclear]), ...ofItems(item.children, binds)];
    });
  const own = section.parts.flatMap((part) => {
    if (part.kind === "list") return ofItems(part.items, section.kind === "work" && !isAsideLabel(part.label));
    const texts =
      part.kind === "prose" ? [part.text] : part.kind === "table" ? part.rows.flatMap(({ cells }) => cells) : [];
    return texts.flatMap((text) => clarificationOf(text) ?? []);
  });
  return [...own, ...section.children.flatMap(askedIn)];
}

function fromSection(section: Section, extent: Extent): readonly Found[] {
  const story = storyOf(section.title) ?? ticketOf(section);
  const own =
    story === null ? section.parts.flatMap((part) => fromPart(section, part, extent)) : [fromStory(section, story)];
  return [...own, ...section.children.flatMap((child) => fromSection(child, extent))];
}

function fromStory(section: Section, story: { id: string; name: string }): Found {
  const priority = marksOf(section.title).priority ?? prioritySaidIn(section);
  const acceptance = section.parts.flatMap((part) =>
    part.kind === "list"
      ? part.items
          .filter((item) => isAcceptanceLabel(part.label) || SCENARIO.test(item.text))
          .map((item) => plainText(item.text))
      : [],
  );
  const prose = section.parts.find(
    (part) => part.kind === "prose" && !/^\W*(?:priority|story points)\b/i.test(part.text),
  );
  return {
    document: section.document,
    id: story.id,
    level: priority === null || priority === "high" || priority === "critical" ? "must" : "should",
    text: prose === undefined || prose.kind !== "prose" ? story.name : `${story.name}: ${plainText(prose.text)}`,
    acceptance,
    first: section.span.first,
    last: section.span.last,
  };
}

function fromPart(section: Section, part: Part, extent: Extent): readonly Found[] {
  const { kind, document } = section;
  if (kind === "aside" || kind === "non-goals" || kind === "questions" || kind === "assumptions") return [];
  const binding = kind === "work" || kind === "criteria" || extent === "anything";
  if (part.kind === "prose") {
    if (isLabel(part.text) || isReport(part.text) || part.example) return [];
    return bindingSentencesOf(part.text, !binding).map(({ text, level, fromLine, toLine }) => {
      const span = { first: part.first + fromLine, last: part.first + toLine };
      return { document, id: null, level, text: plainText(text), acceptance: [], ...span };
    });
  }
  if (part.kind === "table") return fromTable(document, part, binding);
  if (part.kind === "code" || isAsideLabel(part.label)) return [];
  if (isAcceptanceLabel(part.label) && kind !== "criteria") return [];
  const implied = part.label === null ? null : levelOf(part.label, !binding);
  // A list under goals or an introduction asks for something only when nothing else in the document does.
  const lists = (kind === "work" && (extent !== "asked" || !isScheduled(section))) || (binding && kind !== "work");
  const unsaid = /\bconstraints?\b/i.test(section.title) ? "must" : "should";
  return part.items.flatMap((item) =>
    fromItem(document, item, implied ?? (lists && kind !== "context" ? unsaid : null), !binding),
  );
}

const isScheduled = (section: Section): boolean =>
  isScheduleTitle(section.title) || (section.parent !== null && isScheduled(section.parent));

/** In a sentence "may" says that something is possible; in a list of what is asked for, that it is allowed or optional. */
const isOptional = (text: string): boolean => /\bmay\b(?! not\b)/.test(plainText(text));

/** Nested items, and in place of "Acceptance criteria:" what stands below it. */
const belowLabels = (items: readonly ListItem[]): readonly ListItem[] =>
  items.flatMap((item) => (item.children.length > 0 && isLabel(item.text) ? belowLabels(item.children) : [item]));

function fromItem(
  document: PlanDocument,
  item: ListItem,
  implied: RequirementLevel | null,
  capitalsOnly: boolean,
): readonly Found[] {
  if (isReport(item.text) || isExample(item.text) || isOpenQuestion(item.text)) return [];
  const marks = marksOf(item.text);
  const isTask = item.ticked !== null || isTaskId(marks.id);
  const modal = levelOf(item.text, capitalsOnly);
  const unsaid = marks.priority === null ? (isOptional(item.text) ? "may" : implied) : levelOfPriority(marks.priority);
  const level = modal ?? (isTask || implied === null ? null : unsaid);
  const nested = item.children.flatMap((child) => fromItem(document, child, null, capitalsOnly));
  if (level === null || item.text.trim() === "") return nested;
  const ownIds = new Set(nested.map((found) => found.first));
  const acceptance = belowLabels(item.children)
    .filter((child) => !ownIds.has(child.first))
    .map((child) => plainText(child.text));
  const span = { first: item.first, last: item.last };
  return [{ document, id: marks.id, level, text: plainText(marks.rest), acceptance, ...span }, ...nested];
}

function fromTable(document: PlanDocument, table: TablePart, binding: boolean): readonly Found[] {
  const columns = columnsOf(table.header);
  if (columns === null) return isAsideLabel(table.label) ? [] : fromLooseTable(document, table, binding);
  if (columns.tasks) return [];
  return table.rows.flatMap((row) => {
    const cell = (index: number) => plainText(row.cells[index] ?? "");
    const text = cell(columns.text);
    if (text === "" || (!binding && levelOf(text, true) === null)) return [];
    const id = cell(columns.id);
    const word = cell(columns.priority);
    const priority = priorityOf(word);
    const level = levelOf(text) ?? (priority === null ? "must" : levelOfPriority(priority));
    const acceptance = cell(columns.acceptance);
    return [
      {
        document,
        id: TABLE_ID.test(id) ? id : null,
        level: columns.priority < 0 ? (levelOf(text) ?? "should") : level,
        text,
        acceptance: acceptance === "" ? [] : [acceptance],
        first: row.first,
        last: row.last,
      },
    ];
  });
}

const TABLE_ID = /^[A-Za-z]{1,6}[\w.-]{1,12}$/;

/** A table whose columns say nothing: what binds in it is asked for all the same, as in a sentence. */
function fromLooseTable(document: PlanDocument, table: TablePart, binding: boolean): readonly Found[] {
  const rows = [{ cells: table.header, first: table.first, last: table.first }, ...table.rows];
  return rows.flatMap(({ cells, first, last }) => {
    const at = cells.findIndex((cell) => levelOf(cell, !binding) !== null);
    if (at < 0) return [];
    const marks = marksOf(cells[at] ?? "");
    const beside = plainText(cells[0] ?? "");
    return [
      {
        document,
        id: marks.id ?? (at > 0 && TABLE_ID.test(beside) && /\d/.test(beside) ? beside : null),
        level: levelOf(cells[at] ?? "", !binding) ?? "should",
        text: plainText(marks.rest),
        acceptance: [],
        first,
        last,
      },
    ];
  });
}

/** Gives every requirement its id; a repeated one gets a number behind it. */
function named(found: readonly Found[]): readonly Requirement[] {
  const taken = new Set<string>();
  return found.map(({ document, id, level, text, acceptance, first, last }) => {
    const wanted = id ?? `R-${shortHash(text.toLowerCase().replace(/\W+/g, " ").trim(), 4)}`;
    let free = wanted;
    for (let n = 2; taken.has(free); n += 1) free = `${wanted}-${n}`;
    taken.add(free);
    const span = { first, last };
    return { id: free, level, text, acceptance, source: addressOf(document, span), quote: quoteOf(document, span) };
  });
}
