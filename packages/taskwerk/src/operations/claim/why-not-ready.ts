import { WerkError } from "@taskwerk/contract/errors";
import type { Reader } from "../../store/open.ts";
import { isGroup, type TaskRow } from "../../store/task-row.ts";

/** The reason why a task that nobody has claimed cannot be claimed, as an error: DEPENDENCY_OPEN or INVALID_TRANSITION. */
export async function whyNotReady(reader: Reader, row: TaskRow, at: string): Promise<WerkError> {
  if (row.status !== "todo" && !(row.status === "in-progress" && row.claim_by !== null)) {
    return notNow(row, `${row.id} is ${row.status}; only what is todo can be claimed`);
  }
  if (row.open_blockers > 0) {
    return open(row, "depends on", await idsOf(reader, "select blocker from open_deps where task = ?", row.seq));
  }
  if (row.open_children > 0) {
    const children =
      "select seq from tasks where parent = ? and status not in ('done', 'cancelled') and deleted_at is null";
    return open(row, "has parts that come first:", await idsOf(reader, children, row.seq));
  }
  if (isGroup(row)) return notNow(row, `${row.id} is a group: it closes with its last child`);
  if (row.holding_ancestors > 0) {
    return open(row, "is a part of what waits:", await idsOf(reader, HOLDING_ANCESTORS, row.seq));
  }
  if (row.defer_until !== null && row.defer_until > at)
    return notNow(row, `${row.id} is deferred until ${row.defer_until}`);
  return notNow(row, `${row.id} is not ready`);
}

const HOLDING_ANCESTORS = `
with recursive up (seq) as (
  select parent from tasks where seq = ? and parent is not null
  union all
  select t.parent from tasks t join up on t.seq = up.seq where t.parent is not null
)
select a.seq from up join tasks a on a.seq = up.seq where a.open_blockers > 0 or a.status in ('blocked', 'paused')`;

async function idsOf(reader: Reader, query: string, seq: number): Promise<readonly string[]> {
  const rows = await reader.all<{ id: string }>(`select id from tasks where seq in (${query}) order by seq limit 20`, [
    seq,
  ]);
  return rows.map((row) => row.id);
}

const open = (row: TaskRow, how: string, ids: readonly string[]): WerkError =>
  new WerkError("DEPENDENCY_OPEN", `${row.id} ${how} ${ids.join(", ")}.`, {
    hint: "Take what is ready:  taskwerk claim --next",
    details: { id: row.id, open: ids },
  });

const notNow = (row: TaskRow, message: string): WerkError =>
  new WerkError("INVALID_TRANSITION", `${message}.`, {
    hint: "Take what is ready:  taskwerk claim --next",
    details: { id: row.id, status: row.status },
  });
