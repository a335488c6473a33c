import { EXPORT_FIELDS } from "../write/task-writer.ts";

/** Names of fields as people and other programs write them above columns and before colons. */
const OTHERS: Readonly<Record<string, string>> = {
  name: "title",
  task: "title",
  summary: "title",
  details: "description",
  body: "description",
  state: "status",
  prio: "priority",
  assigned_to: "assignee",
  owner: "assignee",
  labels: "tags",
  label: "tags",
  tag: "tags",
  parent_id: "parent",
  dependencies: "depends_on",
  depends: "depends_on",
  blocked_by: "depends_on",
  after: "depends_on",
  acceptance_criteria: "acceptance",
  criteria: "acceptance",
  due: "due_at",
  due_date: "due_at",
  defer: "defer_until",
  estimate: "estimate_minutes",
  created: "created_at",
  updated: "updated_at",
  started: "started_at",
  completed: "completed_at",
  closed_at: "completed_at",
  reason: "status_reason",
};

const KNOWN: ReadonlySet<string> = new Set([...EXPORT_FIELDS, "ref", "blocks"]);

/** The field that a heading means, e.g. `Depends on`; undefined when it means none. */
export function fieldNamed(label: string): string | undefined {
  const word = label
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  if (KNOWN.has(word)) return word;
  return Object.hasOwn(OTHERS, word) ? OTHERS[word] : undefined;
}
