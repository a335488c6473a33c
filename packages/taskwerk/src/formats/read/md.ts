import { minutesIn } from "./estimate.ts";
import { fieldNamed } from "./field-names.ts";
import { joined, linesOf, type ReadProblem, type ReadRows, type Source, unreadable } from "./read-file.ts";

/** `## TASK-001: Fix the login`, or without an id: `## Fix the login`. */
const HEADING = /^## +(?:([A-Za-z][A-Za-z0-9]*-\d+(?:\.\d+)*)\s*[:：]\s*)?(.*)$/s;
const NAMED_HEADING = /^## +[A-Za-z][A-Za-z0-9]*-\d+(?:\.\d+)*\s*[:：]/m;
const KEY_LINE = /^[-*] +(?:\*\*)?([A-Za-z][A-Za-z _-]{0,30}?)(?:\*\*)?:(?:\*\*)?(?: +(.*))?\s*$/s;
const CRITERION = /^[-*] +\[([ xX])\] +(.*)$/s;
const OWN_NOTE = /^- \[(\S+)\] (\w+) ([0-9A-Z]{26}) @(.*)$/s;
const FOREIGN_NOTE = /^[-*] +\[([^\]]+)\] +@(\S+?): ?(.*)$/s;

const WORD_LISTS: ReadonlySet<string> = new Set(["tags", "depends_on", "blocks"]);
const LINE_LISTS: ReadonlySet<string> = new Set(["files", "capabilities"]);
const NUMBERS: ReadonlySet<string> = new Set(["rev", "active_ms", "fence"]);
const OBJECTS: ReadonlySet<string> = new Set([
  "sessions",
  "evidence",
  "metadata",
  "claim",
  "uids",
  "capabilities",
  "links",
  "notes",
  "acceptance",
]);
const DATES: ReadonlySet<string> = new Set(["created_at", "updated_at", "started_at", "completed_at"]);

interface Draft {
  readonly row: Record<string, unknown>;
  readonly place: string;
  readonly body: Map<string, string[]>;
  section: string;
}

/** How Markdown of another program differs. */
export interface MdDialect {
  /** What a bare number of an estimate counts. */
  readonly estimate: "m" | "h";
}

/**
 * Markdown with a heading a task (`## TASK-001: Title`), `- Key: value` lines below it, and `### Description`, `### Acceptance
 * criteria`, `### Notes`, `### Links`, `### Dependencies`. What stands before the first such heading is no task's; where some
 * headings have ids, those without end a task.
 */
export function readMd({ name, text }: Source, { estimate }: MdDialect = { estimate: "m" }): ReadRows {
  const drafts: Draft[] = [];
  const problems: ReadProblem[] = [];
  const named = NAMED_HEADING.test(text);
  let at: Draft | null = null;
  for (const [line, number] of linesOf(text)) {
    const heading = HEADING.exec(line);
    if (heading) {
      const [, id, words = ""] = heading;
      const title = words.trimEnd();
      if (named && !id) {
        at = null;
        continue;
      }
      at = { row: { ...(id ? { id } : {}), title }, place: `line ${number}`, body: new Map(), section: "" };
      drafts.push(at);
    } else if (at === null) continue;
    else if (/^### +/.test(line)) {
      at.section = line
        .replace(/^### +/, "")
        .trim()
        .toLowerCase();
      if (!at.body.has(at.section)) at.body.set(at.section, []);
    } else if (at.section === "" && KEY_LINE.test(line) && !at.body.has("")) {
      readKey(at.row, line, estimate, (field, message) => problems.push({ where: `line ${number}`, field, message }));
    } else if (at.section !== "" || line.trim() !== "" || at.body.has("")) {
      const lines = at.body.get(at.section) ?? [];
      at.body.set(at.section, lines);
      lines.push(line);
    }
  }
  if (drafts.length === 0) throw unreadable(`${name} has no heading of a task ("## TASK-001: Title").`);
  if (problems.length > 0) {
    const lines = problems.length === 1 ? "line is" : "lines are";
    throw unreadable(`${name}: ${problems.length} ${lines} not understood.`, problems);
  }
  return { rows: drafts.map(rowOf), places: drafts.map(({ place }) => place) };
}

function readKey(
  row: Record<string, unknown>,
  line: string,
  unit: "m" | "h",
  report: (field: string, message: string) => void,
): void {
  const [, label = "", words = ""] = KEY_LINE.exec(line)!;
  const given = words.trimEnd();
  const field = fieldNamed(label);
  // A key that no task has may be anybody's own list.
  if (field === undefined) {
    addMetadata(row, label, given);
    return;
  }
  const value = unquoted(given);
  if (value === "" && given === "") return;
  if (field === "estimate_minutes") {
    const minutes = minutesIn(value, unit);
    if (minutes === null) report("estimate", `"${value.slice(0, 40)}" is no length of time`);
    else row[field] = minutes;
  } else if (WORD_LISTS.has(field)) {
    row[field] = value.split(field === "tags" ? /[\s,]+/ : /,/).flatMap((one) => one.trim() || []);
  } else if (NUMBERS.has(field)) row[field] = Number(value);
  else if (field === "satisfied") row[field] = value === "true";
  else if (OBJECTS.has(field) && /^[[{]/.test(value)) {
    try {
      row[field] = JSON.parse(value);
    } catch {
      report(field, "is no JSON");
    }
  } else if (LINE_LISTS.has(field)) row[field] = value.split(/,/).flatMap((one) => one.trim() || []);
  else row[field] = DATES.has(field) ? momentIn(value) : value;
}

function addMetadata(row: Record<string, unknown>, label: string, value: string): void {
  row.metadata = { ...(row.metadata as object | undefined), [label.trim()]: value };
}

/** A value that stands as JSON because it would not come back otherwise. */
function unquoted(value: string): string {
  if (!value.startsWith('"') || !value.endsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}

/** Times as programs print them for people, in the zone of this machine. */
function momentIn(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

function rowOf({ row, body }: Draft): Record<string, unknown> {
  const section = (...names: readonly string[]): readonly string[] | undefined => {
    const found = names.find((name) => body.has(name));
    return found === undefined ? undefined : body.get(found);
  };
  const list = (lines: readonly string[] | undefined): readonly string[] | undefined =>
    lines?.flatMap((line) => /^[-*] +(.*)$/s.exec(line)?.[1]?.trimEnd() || []);
  const known = [
    "",
    "description",
    "details",
    "acceptance criteria",
    "acceptance",
    "notes",
    "links",
    "files",
    "dependencies",
  ];
  const own = section("description");
  const others = [...body].filter(([name]) => !known.includes(name));
  const described =
    own && !body.has("") && others.length === 0 && !body.has("details")
      ? textOf(own)
      : joined([
          [null, textOf(section("") ?? [])],
          [null, textOf(own ?? [])],
          [null, textOf(section("details") ?? [])],
          ...others.map(([name, lines]) => [name, textOf(lines)] as const),
        ]);
  const dependencies = list(section("dependencies"))?.map((line) => line.split(/[:\s]/)[0]!);
  return {
    ...row,
    ...(described === undefined ? {} : { description: described }),
    ...(section("acceptance criteria", "acceptance")
      ? { acceptance: criteriaOf(section("acceptance criteria", "acceptance")!) }
      : {}),
    ...(section("notes") ? { notes: notesOf(section("notes")!) } : {}),
    ...(section("links") ? { links: list(section("links"))!.map(linkOf) } : {}),
    ...(section("files") ? { files: list(section("files")) } : {}),
    ...(dependencies ? { depends_on: dependencies } : {}),
  };
}

const isRule = (line: string): boolean => /^---\s*$/.test(line);

/** Lines without empty ones around them. */
function trimmed(lines: readonly string[]): readonly string[] {
  const said = (line: string): boolean => line.trim() !== "";
  const first = lines.findIndex(said);
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex(said) + 1);
}

/** The lines of a text, without a rule at the end, and without the backslashes that kept it whole. */
function textOf(lines: readonly string[]): string {
  const said = [...trimmed(lines)];
  while (said.length > 0 && (isRule(said.at(-1)!) || said.at(-1)!.trim() === "")) said.pop();
  return said.map((line) => line.replace(/^\\(?=\\*(?:#{2,3} |---\s*$))/, "")).join("\n");
}

function criteriaOf(lines: readonly string[]): readonly unknown[] {
  const criteria: { text: string; checked: boolean; evidence: string | null }[] = [];
  for (const line of lines) {
    const [, box, boxed] = CRITERION.exec(line) ?? [];
    const text = boxed ?? /^[-*] +(.*)$/s.exec(line)?.[1];
    const last = criteria.at(-1);
    if (text !== undefined) criteria.push({ text, checked: box?.toLowerCase() === "x", evidence: null });
    else if (last && line.startsWith("  >")) {
      const more = line.slice(4);
      last.evidence = last.evidence === null ? more : `${last.evidence}\n${more}`;
    }
  }
  return criteria;
}

interface NoteDraft {
  readonly head: Readonly<Record<string, unknown>>;
  readonly lines: string[];
}

function notesOf(lines: readonly string[]): readonly unknown[] {
  const notes: NoteDraft[] = [];
  for (const line of lines) {
    const own = OWN_NOTE.exec(line);
    const foreign = FOREIGN_NOTE.exec(line);
    const plain = /^[-*] +(.*)$/s.exec(line);
    if (own) notes.push({ head: { at: own[1], type: own[2], id: own[3], by: own[4] }, lines: [] });
    else if (foreign) notes.push({ head: { at: momentIn(foreign[1]!), by: foreign[2] }, lines: [foreign[3]!] });
    else if (plain) notes.push({ head: {}, lines: [plain[1]!] });
    else if (notes.length > 0) {
      if (line.startsWith("  ")) notes.at(-1)!.lines.push(line.slice(2));
      else if (!isRule(line)) notes.at(-1)!.lines.push(line);
    } else if (line.trim() !== "") notes.push({ head: {}, lines: [line] });
  }
  return notes.flatMap(({ head, lines: own }) => {
    const text = trimmed(own).join("\n");
    return text.trim() === "" ? [] : [{ ...head, text }];
  });
}

function linkOf(line: string): unknown {
  const [, type = "url", target = line] = /^(\w[\w-]*): +(.*)$/s.exec(line) ?? [];
  return { type, target: unquoted(target) };
}
