import { LIMITS } from "@taskwerk/contract/limits";
import type { Reader } from "@taskwerk/sqlite/database";
import { isClaimed } from "./claims.ts";
import { isGroup, type TaskRow } from "./task-row.ts";

/** What keeps a task from being worked on, with the first rows of others that it waits for, and how many they are. */
export type HindranceRow =
  | { readonly kind: "status" | "group" | "claimed" | "deferred" | "archived" | "deleted" }
  | { readonly kind: Waiting; readonly rows: readonly TaskRow[]; readonly total: number };
type Waiting = "waits_for" | "child" | "ancestor";

const QUERIES: Readonly<Record<Waiting, string>> = {
  waits_for: "select blocker from open_deps where task = ?",
  child: "select seq from tasks where parent = ? and status not in ('done', 'cancelled') and deleted_at is null",
  ancestor: `with recursive up (seq) as (
      select parent from tasks where seq = ? and parent is not null
      union all
      select t.parent from tasks t join up on t.seq = up.seq where t.parent is not null
    )
    select a.seq from up join tasks a on a.seq = up.seq where a.open_blockers > 0 or a.status in ('blocked', 'paused')`,
};

/** Others of one kind that are read: a task may have a hundred thousand parts. What lies above it is read whole, it is not deep. */
const MOST_READ = 20;

/** All that keeps a task from being ready at a moment, the most telling first; none for one that is ready. */
export async function hindrancesOf(reader: Reader, row: TaskRow, at: string): Promise<readonly HindranceRow[]> {
  const found: HindranceRow[] = [];
  const say = (holds: boolean, kind: Exclude<HindranceRow["kind"], Waiting>): void => {
    if (holds) found.push({ kind });
  };
  say(row.deleted_at !== null, "deleted");
  say(row.archived_at !== null, "archived");
  const takeable = row.status === "todo" || (row.status === "in-progress" && row.claim_by !== null);
  say(!takeable, "status");
  say(isClaimed(row, at), "claimed");
  if (row.status === "done" || row.status === "cancelled") return found;
  const wait = async (total: number, kind: Waiting): Promise<void> => {
    if (total === 0) return;
    const rows = await reader.all<TaskRow>(`select * from tasks where seq in (${QUERIES[kind]}) order by seq limit ?`, [
      row.seq,
      kind === "ancestor" ? LIMITS.depth : MOST_READ,
    ]);
    found.push({ kind, rows, total: kind === "ancestor" ? rows.length : total });
  };
  await wait(row.open_blockers, "waits_for");
  await wait(row.open_children, "child");
  say(isGroup(row), "group");
  await wait(row.holding_ancestors, "ancestor");
  say(row.defer_until !== null && row.defer_until > at, "deferred");
  return found;
}
