import { isRecord } from "../../core/check-value.ts";
import { readCsv } from "./csv.ts";
import { readMd } from "./md.ts";
import { joined, type ReadRows, restOf, type Source, saying, tagsOf } from "./read-file.ts";

const KNOWN: ReadonlySet<string> = new Set([
  "id",
  "name",
  "title",
  "description",
  "content",
  "status",
  "priority",
  "assignee",
  "category",
  "estimate",
  "due_date",
  "tags",
  "dependencies",
  "notes",
  "parent_id",
  "created_at",
  "created_by",
  "updated_at",
  "updated_by",
]);
const STATUSES: Readonly<Record<string, string>> = { in_progress: "in-progress", completed: "done", archived: "done" };
const CSV_HEADER = "ID,Name,Description,Status,Priority,Assignee,Category,Estimate";

/** True for the JSON of taskwerk 0.7: objects with an id and a `name`. */
export const isOldTask = (value: unknown): boolean =>
  isRecord(value) && typeof value.name === "string" && !("title" in value) && /^[A-Za-z]+-\d+/.test(String(value.id));

/** True for its Markdown: a heading an id, and times as JavaScript prints them for people. */
export const isOldMarkdown = (text: string): boolean =>
  /^# Tasks Export - \d{4}-\d\d-\d\d\s*$/m.test(text) && /^## [A-Za-z]+-\d+: /m.test(text);

/** True for its comma-separated values. */
export const isOldCsv = (text: string): boolean => text.startsWith(CSV_HEADER);

/** Tasks of taskwerk 0.7 as JSON. Estimates were hours, times in UTC without a zone. */
export function readOldJson(value: unknown): ReadRows {
  const tasks = Array.isArray(value) ? value : (value as { readonly tasks: readonly unknown[] }).tasks;
  return {
    rows: tasks.map((task) => (isRecord(task) ? rowOf(task) : task)),
    places: tasks.map((_, n) => `tasks[${n}]`),
  };
}

/** Its Markdown. */
export const readOldMarkdown = (source: Source): ReadRows => renamed(readMd(source, { estimate: "h" }));

/** Its comma-separated values. */
export function readOldCsv(source: Source): ReadRows {
  const read = renamed(readCsv(source, { guarded: false, estimate: "h" }));
  const times = (row: unknown): unknown =>
    isRecord(row)
      ? { ...row, ...saying({ created_at: momentOf(row.created_at), updated_at: momentOf(row.updated_at) }) }
      : row;
  return { ...read, rows: read.rows.map(times) };
}

const renamed = (read: ReadRows): ReadRows => ({
  ...read,
  rows: read.rows.map((row) =>
    isRecord(row) && typeof row.status === "string" ? { ...row, status: STATUSES[row.status] ?? row.status } : row,
  ),
});

function rowOf(task: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const status = String(task.status ?? "todo");
  const rest = restOf(task, KNOWN);
  return saying({
    id: task.id,
    title: task.name ?? task.title,
    description: joined([
      [null, task.description],
      [null, task.content],
    ]),
    status: STATUSES[status] ?? status,
    priority: task.priority,
    assignee: task.assignee,
    category: task.category,
    estimate_minutes: typeof task.estimate === "number" ? Math.round(task.estimate * 60) : undefined,
    due_at: task.due_date,
    tags: tagsOf(task.tags),
    parent: task.parent_id,
    depends_on: Array.isArray(task.dependencies)
      ? task.dependencies.map((one) => (isRecord(one) ? String(one.id ?? one.depends_on_id) : String(one)))
      : undefined,
    notes: Array.isArray(task.notes)
      ? task.notes.flatMap((note) =>
          isRecord(note) && typeof note.note === "string"
            ? [
                saying({
                  text: joined([
                    [null, note.note],
                    [null, note.content],
                  ]),
                  at: momentOf(note.created_at),
                  by: note.user,
                }),
              ]
            : [],
        )
      : undefined,
    created_at: momentOf(task.created_at),
    created_by: task.created_by,
    updated_at: momentOf(task.updated_at),
    updated_by: task.updated_by,
    ...(rest ? { metadata: { taskwerk_07: rest } } : {}),
  });
}

/** SQLite's `2025-06-20 12:00:00` is UTC. */
const momentOf = (value: unknown): unknown =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value) ? `${value.replace(" ", "T")}Z` : value;
