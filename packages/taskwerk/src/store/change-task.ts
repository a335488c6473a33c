import type { SqlValue } from "@taskwerk/sqlite/database";
import { logChange, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

type Settable = Partial<
  Omit<
    TaskRow,
    | "seq"
    | "id"
    | "uid"
    | "rev"
    | "candidate"
    | "depth"
    | "open_blockers"
    | "open_children"
    | "child_count"
    | "criteria_count"
    | "holding_ancestors"
    | "open_dependants"
  >
>;

/**
 * Sets columns of one task, with its rev, its time and the log. Gives the row as it is now: the same
 * row when nothing differs, unless `always` says that what hangs on it changed.
 */
export async function changeTask(op: Op, row: TaskRow, set: Settable, always = false): Promise<TaskRow> {
  const names = (Object.keys(set) as (keyof Settable)[]).filter(
    (name) => set[name] !== undefined && set[name] !== row[name],
  );
  if (names.length === 0 && !always) return row;
  const pick = (from: Settable): Record<string, SqlValue> =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  const after = pick(set);
  const changed = await op.tx.get<TaskRow>(
    `update tasks set ${names.map((name) => `${name} = ?, `).join("")}rev = rev + 1, updated_at = ?, updated_by = ?
     where seq = ? returning *`,
    [...Object.values(after), op.at, op.actor, row.seq],
  );
  if (names.length > 0) logChange(op, "task", row.uid, pick(row), after);
  op.touched.add(row.seq);
  return changed!;
}
