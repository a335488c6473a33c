import type { Reader } from "@taskwerk/sqlite/database";

/** A warning for an answer that is given once more, when what it tells of has been taken back; none otherwise. */
export async function undoneSince(reader: Reader, op: string | undefined): Promise<readonly string[]> {
  if (op === undefined) return [];
  const said = await reader.get<{ undone: number; by: string }>(
    `select json_extract(c.after, '$.undone') as undone, o.op as by from changes c join ops o on o.seq = c.op
     where c.subject = ? and c.entity = 'op' order by c.seq desc limit 1`,
    [op],
  );
  return said?.undone === 1
    ? [`this was done under the same key before, and taken back since; to have it again: taskwerk undo --op ${said.by}`]
    : [];
}
