import type { Note } from "@taskwerk/contract/client";
import type { Task } from "@taskwerk/contract/task";

type Values = Readonly<Record<string, unknown>>;

/** The same without what says nothing: null, undefined, false, empty texts, lists and objects. */
export const withoutEmpty = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** A task in a list: what tells it from others and whether it can be worked on. */
export const smallTask = (task: Task): Values =>
  withoutEmpty({
    id: task.id,
    title: task.title,
    status: task.status,
    reason: task.status_reason,
    priority: task.priority,
    ready: task.ready,
    assignee: task.assignee,
    tags: task.tags,
    parent: task.parent,
    children: task.children.length || null,
    progress: task.progress,
    depends_on: task.depends_on,
    due_at: task.due_at,
    claim: task.claim && { by: task.claim.by, lease_until: task.claim.lease_until },
    deleted: task.deleted_at !== null,
    archived: task.archived_at !== null,
  });

/** A longer text is cut. */
const LONGEST = 8_000;
/** The newest notes of a task. */
const NOTES = 10;

/** All about a task, as far as it has something to say. */
export function wholeTask(task: Task & { readonly notes: readonly Note[] }): Values {
  const cut = new Set<string>();
  const text = (field: string, value: string | null): string | null => {
    if (value === null || value.length <= LONGEST) return value;
    cut.add(field);
    return `${value.slice(0, LONGEST).toWellFormed()}\u2026`;
  };
  const notes = task.notes
    .slice(-NOTES)
    .map(({ type, text: words, by, at }) => ({ type, by, at, text: text("notes", words) }));
  return withoutEmpty({
    ...smallTask(task),
    description: text("description", task.description),
    children: task.children,
    blocks: task.blocks,
    type: task.type,
    category: task.category,
    acceptance: task.acceptance.map((one) => withoutEmpty({ ...one })),
    files: task.files,
    capabilities: task.capabilities,
    defer_until: task.defer_until,
    estimate_minutes: task.estimate_minutes,
    actual_minutes: task.actual_minutes || null,
    evidence: task.evidence ?? {},
    links: task.links,
    key: task.key,
    metadata: task.metadata,
    rev: task.rev,
    notes,
    earlier_notes: task.notes.length - notes.length || null,
    cut: cut.size > 0 ? `${[...cut].join(", ")}: task_context with a budget shows more` : null,
  });
}
