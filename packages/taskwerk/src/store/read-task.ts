import { CATEGORY_OF } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import type { Reader } from "@taskwerk/sqlite/database";
import { priorityOf } from "../core/priority.ts";
import { SELECT_TASKS, type TaskList } from "./dialects/sqlite/select-tasks.ts";

/** Tasks as they travel, in the order of `seqs`. `now` decides what is ready. */
export async function readTasks(reader: Reader, seqs: readonly number[], now: Date): Promise<Task[]> {
  if (seqs.length === 0) return [];
  const rows = await reader.lists<TaskList>(SELECT_TASKS, [JSON.stringify(seqs)]);
  const bySeq = new Map(rows.map((row) => [row[0], row]));
  const at = now.toISOString();
  return seqs.flatMap((seq) => {
    const row = bySeq.get(seq);
    return row ? [taskOf(row, at)] : [];
  });
}

/** What can be worked on at a moment: nothing holds it, its time has come, nobody has it. Takes the moment twice. */
export const READY_AT =
  "candidate = 1 and (defer_until is null or defer_until <= ?) and (claim_until is null or claim_until <= ?)";

function taskOf(row: TaskList, at: string): Task {
  // By number, not as a list: a list is walked with an object a column. The numbers are those of the statement's columns.
  // biome-ignore format: as many as there are
  const {
    1: id, 2: uid, 3: title, 4: description, 5: status, 6: status_reason, 7: priority, 8: type, 9: assignee,
    10: category, 11: files, 12: capabilities, 13: due_at, 14: defer_until, 15: estimate_minutes, 16: evidence,
    17: session, 18: key, 19: metadata, 20: rev, 21: created_at, 22: updated_at, 23: started_at, 24: completed_at,
    25: archived_at, 26: deleted_at, 27: created_by, 28: updated_by, 29: active_ms, 30: active_since, 31: claim_by,
    32: claim_until, 33: fence, 34: open_children, 35: child_count, 36: candidate, 37: parent, 38: tags, 39: children,
    40: depends_on, 41: blocks, 42: acceptance, 43: links,
  } = row;
  const active = active_ms + (active_since === null ? 0 : Math.max(0, Date.parse(at) - Date.parse(active_since)));
  return {
    id,
    uid,
    title,
    description,
    status,
    status_reason,
    category_of_status: CATEGORY_OF[status],
    priority: priorityOf(priority),
    type,
    assignee,
    category,
    tags: JSON.parse(tags),
    parent,
    children: JSON.parse(children),
    depends_on: JSON.parse(depends_on),
    blocks: JSON.parse(blocks),
    acceptance: JSON.parse(acceptance),
    files: JSON.parse(files),
    capabilities: JSON.parse(capabilities),
    due_at,
    defer_until,
    estimate_minutes,
    actual_minutes: Math.round(active / 60_000),
    progress: child_count === 0 ? null : Math.round(((child_count - open_children) * 10_000) / child_count) / 100,
    evidence: JSON.parse(evidence),
    links: JSON.parse(links),
    claim: claim_by !== null && claim_until !== null ? { by: claim_by, lease_until: claim_until, fence } : null,
    session,
    key,
    metadata: JSON.parse(metadata),
    rev,
    ready:
      candidate === 1 && (defer_until === null || defer_until <= at) && (claim_until === null || claim_until <= at),
    created_at,
    updated_at,
    started_at,
    completed_at,
    archived_at,
    deleted_at,
    created_by,
    updated_by,
  };
}
