import { isClosed } from "../core/moves.ts";
import type { TaskRecord } from "../core/record.ts";
import { newRow } from "./new-task.ts";
import type { Op } from "./op.ts";
import { AS_NEW, type RestoredRow, type TaskRow } from "./task-row.ts";

type Above = NonNullable<Parameters<typeof newRow>[2]["parent"]>;

/** A row that is still being put together. */
export type Draft = { -readonly [K in keyof RestoredRow]: RestoredRow[K] };

/**
 * The row of an import: with the uid, times, actors, claim and all else that the file says of it, and as a new task where
 * it says nothing. Counters are those of a task that nothing waits for and that waits for nothing. Where no row of the
 * file says more than new tasks do (`restored` is false), it has the columns of a new row and those that counting asks for.
 * `said`: what {@link saidColumns} gives for the file.
 */
export function restoredRow(
  op: Op,
  fields: TaskRecord,
  place: { readonly seq: number; readonly id: string; readonly parent: Above | null },
  restored: boolean,
  said: readonly SaidColumn[],
): Draft {
  // Set one by one, and always all of them: objects that differ in shape cost many times as much here.
  const row = newRow(op, fields, { ...place, uid: fields.uid ?? op.newUid() }) as Draft;
  if (!restored) {
    row.satisfied = 0;
    row.deleted_at = null;
  } else Object.assign(row, AS_NEW);
  const { claim, evidence, satisfied, created_at, created_by } = fields;
  if (fields.uid !== undefined) {
    // Of a task that was exported, what is not said is not so.
    row.session = null;
    row.started_at = null;
    row.active_since = null;
  }
  if (created_at !== undefined) {
    row.updated_at = created_at;
    // What came from elsewhere, closed already, was not closed at the moment of its import.
    if (isClosed(row.status)) row.completed_at = fields.updated_at ?? created_at;
  }
  if (created_by !== undefined) row.updated_by = created_by;
  for (const name of said) if (fields[name] !== undefined) (row as Record<string, unknown>)[name] = fields[name];
  if (evidence !== undefined) row.evidence = JSON.stringify(evidence);
  if (satisfied !== undefined) row.satisfied = Number(satisfied);
  if (claim) {
    row.claim_by = claim.by;
    row.claim_until = claim.lease_until;
    row.claim_lease_s = claim.lease_s;
  }
  return row;
}

const COLUMNS = [
  "status_reason",
  "rev",
  "session",
  "created_at",
  "created_by",
  "archived_at",
  "deleted_at",
  "active_ms",
  "active_since",
  "fence",
  "updated_at",
  "updated_by",
  "started_at",
  "completed_at",
] as const satisfies readonly (keyof TaskRow & keyof TaskRecord)[];
type SaidColumn = (typeof COLUMNS)[number];

/** The columns that rows of a file give as they are, of the fields that any of its rows has. */
export const saidColumns = (names: ReadonlySet<string>): readonly SaidColumn[] =>
  COLUMNS.filter((name) => names.has(name));

const MORE = [
  "status_reason",
  "satisfied",
  "evidence",
  "rev",
  "archived_at",
  "deleted_at",
  "active_ms",
  "claim",
  "fence",
] as const satisfies readonly (keyof TaskRecord)[];

/** True where one of the fields that rows of an import have is a column that no new task has. */
export const saysMore = (names: ReadonlySet<string>): boolean => MORE.some((name) => names.has(name));
