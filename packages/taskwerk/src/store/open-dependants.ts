import type { Reader } from "@taskwerk/sqlite/database";

/** More than these are not looked for. */
const MOST = 1_000;

/** The open tasks that depend on one, and those that wait only because these do; each in order, a thousand at most. */
export async function openDependants(
  reader: Reader,
  seq: number,
): Promise<{ readonly direct: readonly string[]; readonly behind: readonly string[] }> {
  const rows = await reader.all<{ id: string; direct: number }>(
    `with recursive waiting (seq) as (
       select ? union
       select d.task from waiting w join deps d on d.blocker = w.seq join tasks t on t.seq = d.task
       where t.status not in ('done', 'cancelled') and t.deleted_at is null
       limit ${MOST + 1}
     )
     select t.id, exists (select 1 from deps where task = t.seq and blocker = ?) as direct
     from tasks t where t.seq in (select seq from waiting) and t.seq <> ? order by t.seq`,
    [seq, seq, seq],
  );
  const idsOf = (direct: number): readonly string[] => rows.filter((row) => row.direct === direct).map(({ id }) => id);
  return { direct: idsOf(1), behind: idsOf(0) };
}
