import { isClosed } from "../core/moves.ts";
import type { TaskRecord } from "../core/record.ts";
import { newRow } from "./new-task.ts";
import type { Op } from "./op.ts";
import { AS_NEW, type RestoredRow, type TaskRow } from "./task-row.ts";

type Above = NonNullable<Parameters<typeof newRow>[2]["parent"]>;

/**
 * The row of an import: with the uid, times, actors, claim and all else that the file says of it, and as a new task where
 * it says nothing. Counters are those of a task that nothing waits for and that waits for nothing.
 */
export function restoredRow(
  op: Op,
  fields: TaskRecord,
  place: { readonly seq: number; readonly id: string; readonly parent: Above | null },
): RestoredRow {
  const row = newRow(op, fields, { ...place, uid: fields.uid ?? op.newUid() });
  const { claim = null, evidence, satisfied, created_at, created_by } = fields;
  const said: Partial<TaskRow> = {
    // Of a task that was exported, what is not said is not so.
    ...(fields.uid === undefined ? {} : { session: null, started_at: null, active_since: null }),
    ...given(fields, COLUMNS),
    ...(created_at === undefined ? {} : { updated_at: created_at, ...closedAt(row, fields.updated_at ?? created_at) }),
    ...(created_by === undefined ? {} : { updated_by: created_by }),
    ...given(fields, TIMES),
    ...(evidence === undefined ? {} : { evidence: JSON.stringify(evidence) }),
    ...(satisfied === undefined ? {} : { satisfied: Number(satisfied) }),
    ...(claim === null ? {} : { claim_by: claim.by, claim_until: claim.lease_until, claim_lease_s: claim.lease_s }),
  };
  return { ...row, ...AS_NEW, ...said };
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
] as const satisfies readonly (keyof TaskRow & keyof TaskRecord)[];
const TIMES = ["updated_at", "updated_by", "started_at", "completed_at"] as const satisfies readonly (keyof TaskRow &
  keyof TaskRecord)[];

function given(fields: TaskRecord, names: readonly (keyof TaskRow & keyof TaskRecord)[]): Partial<TaskRow> {
  const said: Record<string, unknown> = {};
  for (const name of names) if (fields[name] !== undefined) said[name] = fields[name];
  return said as Partial<TaskRow>;
}

/** What came from elsewhere, closed already, was not closed at the moment of its import. */
const closedAt = ({ status }: Pick<TaskRow, "status">, at: string): Partial<TaskRow> =>
  isClosed(status) ? { completed_at: at } : {};

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

/** True for a row of an import with columns that no new task has. */
export const saysMore = (fields: TaskRecord): boolean => MORE.some((name) => fields[name] !== undefined);
