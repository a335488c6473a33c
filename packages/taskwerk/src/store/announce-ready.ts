import type { Op } from "./op.ts";
import { READY_AT } from "./read-task.ts";

/** Row numbers of the tasks that this operation has made ready so far, the most urgent first; its end tells of them. */
export async function announceReady(op: Op): Promise<readonly number[]> {
  if (op.released.size === 0) return [];
  for (const seq of op.released) op.maybeReady.add(seq);
  const rows = await op.tx.all<{ seq: number }>(
    `select seq from tasks where seq in (select value from json_each(?)) and ${READY_AT}
     order by priority, due_key, dependants_key, seq`,
    [JSON.stringify([...op.released]), op.at, op.at],
  );
  return rows.map((row) => row.seq);
}
