import type { TaskRow } from "../task-row.ts";

/** Columns that an undo may set. Names come out of the log, which somebody may have tampered with. */
const RESTORABLE: ReadonlySet<string> = new Set([
  "title",
  "description",
  "status",
  "status_reason",
  "satisfied",
  "priority",
  "type",
  "assignee",
  "category",
  "parent",
  "files",
  "capabilities",
  "due_at",
  "defer_until",
  "estimate_minutes",
  "evidence",
  "key",
  "metadata",
  "started_at",
  "completed_at",
  "archived_at",
  "deleted_at",
  "active_ms",
  "active_since",
  "claim_by",
  "claim_until",
  "claim_lease_s",
] as const satisfies readonly (keyof TaskRow)[]);
/** True for a column that an undo may set. */
export const isRestorable = (column: string): boolean => RESTORABLE.has(column);

/**
 * Columns that change without a word in the log: a heartbeat moves the end of a claim. And the fence, which only grows, so
 * that a token which lost its claim never gets it back from somebody else.
 */
const UNLOGGED: ReadonlySet<string> = new Set(["claim_until", "claim_lease_s", "fence"]);
/** True for a column that the log does not say all of. */
export const isUnlogged = (column: string): boolean => UNLOGGED.has(column);
