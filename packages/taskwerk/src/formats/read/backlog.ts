import { parseYaml } from "@taskwerk/config/parse-yaml";
import { isWerkError } from "@taskwerk/contract/errors";
import { isRecord } from "../../core/check-value.ts";
import {
  joined,
  type ReadProblem,
  type ReadRows,
  restOf,
  type Source,
  saying,
  tagsOf,
  throwUnreadable,
} from "./read-file.ts";

const FRONT = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;
const STATUSES: Readonly<Record<string, string>> = {
  "to do": "todo",
  todo: "todo",
  draft: "todo",
  "in progress": "in-progress",
  "in review": "review",
  review: "review",
  blocked: "blocked",
  done: "done",
};
const KNOWN: ReadonlySet<string> = new Set([
  "id",
  "title",
  "status",
  "assignee",
  "reporter",
  "created_date",
  "updated_date",
  "labels",
  "dependencies",
  "parent_task_id",
  "parent",
  "priority",
  "type",
  "references",
  "modified_files",
  "modifiedFiles",
  "subtasks",
  "due_date",
  "dueDate",
  "onStatusChange",
]);
const MARK = /^<!-- (?:SECTION:[A-Z_]+|AC|DOD|COMMENTS?):(?:BEGIN|END) -->$/;

/** True for a Markdown file with front matter that has an id, a title and a status. */
export function isBacklogTask(text: string): boolean {
  const front = FRONT.exec(text)?.[1];
  return front !== undefined && /^id: /m.test(front) && /^title: /m.test(front) && /^status: /m.test(front);
}

/** Task files of Backlog.md: front matter, then a description, acceptance criteria, a plan and notes under headings. */
export function readBacklog(sources: readonly Source[]): ReadRows {
  const rows: Record<string, unknown>[] = [];
  const places: string[] = [];
  const problems: ReadProblem[] = [];
  for (const { name, text } of sources) {
    try {
      const [whole, front = ""] = FRONT.exec(text) ?? [""];
      const { value } = parseYaml(front, name);
      if (!isRecord(value) || value.id === undefined) throw new Error("has no front matter with an id");
      rows.push(rowOf(value, sectionsOf(text.slice(whole.length))));
      places.push(name);
    } catch (error) {
      problems.push({ where: name, field: "", message: isWerkError(error) ? error.message : (error as Error).message });
    }
  }
  throwUnreadable(sources.length === 1 ? sources[0]!.name : `${sources.length} files`, "not read", problems);
  return { rows: linked(rows), places };
}

/** Ids are typed in any case, and with another prefix than the project has by now. */
function linked(rows: readonly Record<string, unknown>[]): readonly unknown[] {
  const names = new Map<string, string>();
  for (const { ref } of rows) {
    const id = String(ref);
    if (!names.has(id.toLowerCase())) names.set(id.toLowerCase(), id);
    const number = id.slice(id.lastIndexOf("-") + 1);
    if (!names.has(number)) names.set(number, id);
  }
  const find = (name: string): string =>
    names.get(name.toLowerCase()) ?? names.get(name.slice(name.lastIndexOf("-") + 1)) ?? name;
  return rows.map((row) => ({
    ...row,
    ...(row.parent === undefined ? {} : { parent: find(String(row.parent)) }),
    ...(Array.isArray(row.depends_on) ? { depends_on: row.depends_on.map((one) => find(String(one))) } : {}),
  }));
}

type Sections = ReadonlyMap<string, string>;

function sectionsOf(body: string): Sections {
  const sections = new Map<string, string[]>();
  let at = "";
  for (const line of body.split(/\r?\n/)) {
    const title = /^## +(.*)$/.exec(line)?.[1]?.trimEnd();
    if (title !== undefined) at = title.toLowerCase();
    else if (!MARK.test(line.trim())) sections.set(at, [...(sections.get(at) ?? []), line]);
  }
  return new Map([...sections].map(([name, lines]) => [name, lines.join("\n").trim()]));
}

function rowOf(front: Readonly<Record<string, unknown>>, sections: Sections): Record<string, unknown> {
  const id = String(front.id);
  const status = String(front.status ?? "To Do").toLowerCase();
  const people = list(front.assignee).map((name) => name.replace(/^@/, ""));
  const rest = restOf(front, KNOWN);
  const metadata = { ...rest, ...(people.length > 1 ? { assignees: people } : {}) };
  const known = ["description", "acceptance criteria", "definition of done", "implementation notes", "notes"];
  const done = criteriaOf(sections.get("definition of done"));
  return saying({
    ref: id,
    key: `backlog:${id.toUpperCase()}`,
    title: front.title === undefined ? undefined : String(front.title),
    description: joined([
      [null, sections.get("description")],
      ...[...sections]
        .filter(([name]) => name !== "" && !known.includes(name))
        .map(([name, text]) => [capital(name), text] as const),
    ]),
    status: STATUSES[status] ?? "todo",
    ...(STATUSES[status] === undefined ? { category: String(front.status) } : {}),
    priority: typeof front.priority === "string" ? front.priority.toLowerCase() : undefined,
    type: front.type,
    assignee: people[0],
    created_by: list(front.reporter)[0]?.replace(/^@/, ""),
    tags: tagsOf(front.labels),
    parent: front.parent_task_id ?? front.parent,
    depends_on: list(front.dependencies),
    files: list(front.modified_files ?? front.modifiedFiles),
    links: list(front.references).map((target) => ({ type: /^https?:/.test(target) ? "url" : "file", target })),
    acceptance: [...criteriaOf(sections.get("acceptance criteria")), ...done],
    notes: [sections.get("implementation notes"), sections.get("notes")].flatMap((text) =>
      text ? [{ type: "progress", text }] : [],
    ),
    due_at: front.due_date ?? front.dueDate,
    created_at: momentOf(front.created_date),
    updated_at: momentOf(front.updated_date),
    ...(Object.keys(metadata).length > 0 ? { metadata: { backlog: metadata } } : {}),
  });
}

const list = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.map(String)
    : value === undefined || value === null || value === ""
      ? []
      : [String(value)];

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

/** Backlog.md writes times in UTC without saying so. */
function momentOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const text = String(value).trim();
  return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?$/.test(text)
    ? `${text.replace(" ", "T")}${text.length < 18 ? ":00" : ""}Z`
    : text;
}

const criteriaOf = (text: string | undefined): readonly unknown[] =>
  (text ?? "").split("\n").flatMap((line) => {
    const [, box, words] = /^\s*[-*] +\[([ xX])\] +(?:#\d+ +)?(.*)$/.exec(line) ?? [];
    const text = words?.trimEnd();
    return text ? [{ text, checked: box?.toLowerCase() === "x" }] : [];
  });
