import { emit, type Op } from "./op.ts";
import { READY_AT } from "./read-task.ts";

/** Tells of every task that this operation made ready; gives their row numbers, the most urgent first. */
export async function announceReady(op: Op): Promise<readonly number[]> {
  if (op.released.size === 0) return [];
  const rows = await op.tx.all<{ seq: number; id: string }>(
    `select seq, id from tasks where seq in (select value from json_each(?)) and ${READY_AT}
     order by priority, due_key, dependants_key, seq`,
    [JSON.stringify([...op.released]), op.at, op.at],
  );
  for (const { id } of rows) emit(op, "task.ready", id, {});
  return rows.map((row) => row.seq);
}
