import type { ExportedTask } from "@taskwerk/contract/export";

/** What a document begins with. */
export interface ExportHead {
  /** What the ids of the store begin with. */
  readonly prefix: string;
}

/** Makes a document of tasks, piece by piece; it holds no more than one task at a time. */
export interface TaskWriter {
  readonly begin: (head: ExportHead) => string;
  /** `json`: one exported task. */
  readonly row: (json: string) => string;
  readonly end: () => string;
}

/** A writer that wants tasks as objects. */
export const writerOf = (
  parts: Omit<TaskWriter, "row"> & { readonly task: (task: ExportedTask) => string },
): TaskWriter => ({
  begin: parts.begin,
  end: parts.end,
  row: (json) => parts.task(JSON.parse(json) as ExportedTask),
});

/** The kinds of documents that are written. */
export const EXPORT_FORMATS = ["json", "ndjson", "yaml", "md", "csv", "csv-raw", "tsv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Every field of an exported task, in the order in which documents have them. */
export const EXPORT_FIELDS = [
  "id",
  "uid",
  "title",
  "description",
  "status",
  "status_reason",
  "satisfied",
  "priority",
  "type",
  "assignee",
  "category",
  "tags",
  "parent",
  "depends_on",
  "acceptance",
  "files",
  "capabilities",
  "due_at",
  "defer_until",
  "estimate_minutes",
  "evidence",
  "links",
  "notes",
  "metadata",
  "key",
  "session",
  "sessions",
  "rev",
  "created_at",
  "created_by",
  "updated_at",
  "updated_by",
  "started_at",
  "completed_at",
  "archived_at",
  "deleted_at",
  "active_ms",
  "active_since",
  "claim",
  "fence",
  "uids",
  "history",
] as const satisfies readonly (keyof ExportedTask)[];

/** True for what is as in a task that nobody said anything of: null, [], {}, false. */
export function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
