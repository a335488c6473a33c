import { CATEGORY_OF } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import type { Reader } from "@taskwerk/sqlite/database";
import { priorityOf } from "../core/priority.ts";
import { SELECT_TASKS, type TaskJsonRow } from "./dialects/sqlite/select-tasks.ts";

/** Tasks as they travel, in the order of `seqs`. `now` decides what is ready. */
export async function readTasks(reader: Reader, seqs: readonly number[], now: Date): Promise<Task[]> {
  if (seqs.length === 0) return [];
  const rows = await reader.all<TaskJsonRow>(SELECT_TASKS, [JSON.stringify(seqs)]);
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const at = now.toISOString();
  return seqs.flatMap((seq) => {
    const row = bySeq.get(seq);
    return row ? [taskOf(row, at)] : [];
  });
}

/** True when a row can be worked on at `at`: nothing holds it, its time has come, nobody has it. */
const isReadyAt = (row: Pick<TaskJsonRow, "candidate" | "defer_until" | "claim_until">, at: string): boolean =>
  row.candidate === 1 &&
  (row.defer_until === null || row.defer_until <= at) &&
  (row.claim_until === null || row.claim_until <= at);

/** The same as a condition of SQL; takes the moment twice. */
export const READY_AT =
  "candidate = 1 and (defer_until is null or defer_until <= ?) and (claim_until is null or claim_until <= ?)";

function taskOf(row: TaskJsonRow, at: string): Task {
  const active =
    row.active_ms + (row.active_since === null ? 0 : Math.max(0, Date.parse(at) - Date.parse(row.active_since)));
  return {
    id: row.id,
    uid: row.uid,
    title: row.title,
    description: row.description,
    status: row.status,
    status_reason: row.status_reason,
    category_of_status: CATEGORY_OF[row.status],
    priority: priorityOf(row.priority),
    type: row.type,
    assignee: row.assignee,
    category: row.category,
    tags: JSON.parse(row.tags),
    parent: row.parent_id,
    children: JSON.parse(row.children),
    depends_on: JSON.parse(row.depends_on),
    blocks: JSON.parse(row.blocks),
    acceptance: JSON.parse(row.acceptance),
    files: JSON.parse(row.files),
    capabilities: JSON.parse(row.capabilities),
    due_at: row.due_at,
    defer_until: row.defer_until,
    estimate_minutes: row.estimate_minutes,
    actual_minutes: Math.round(active / 60_000),
    progress:
      row.child_count === 0
        ? null
        : Math.round(((row.child_count - row.open_children) * 10_000) / row.child_count) / 100,
    evidence: JSON.parse(row.evidence),
    links: JSON.parse(row.links),
    claim:
      row.claim_by !== null && row.claim_until !== null
        ? { by: row.claim_by, lease_until: row.claim_until, fence: row.fence }
        : null,
    session: row.session,
    key: row.key,
    metadata: JSON.parse(row.metadata),
    rev: row.rev,
    ready: isReadyAt(row, at),
    created_at: row.created_at,
    updated_at: row.updated_at,
    started_at: row.started_at,
    completed_at: row.completed_at,
    archived_at: row.archived_at,
    deleted_at: row.deleted_at,
    created_by: row.created_by,
    updated_by: row.updated_by,
  };
}
