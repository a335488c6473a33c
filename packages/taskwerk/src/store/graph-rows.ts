import type { Reader } from "@taskwerk/sqlite/database";

/** The whole graph as numbers, and what is wrong with single edges of it. */
export interface GraphRows {
  readonly tasks: readonly { readonly seq: number; readonly id: string; readonly parent: number | null }[];
  readonly deps: readonly { readonly task: number; readonly blocker: number }[];
  readonly kin: readonly { readonly id: string; readonly on: string }[];
  readonly never: readonly { readonly id: string; readonly on: string; readonly why: "cancelled" | "deleted" }[];
}

/** Reads every task that is not purged, every dependency, and those that can lead nowhere. */
export async function graphRows(reader: Reader): Promise<GraphRows> {
  return {
    tasks: await reader.all("select seq, id, parent from tasks order by seq"),
    deps: await reader.all("select task, blocker from deps order by task, blocker"),
    kin: await reader.all(`
      with recursive above (task, seq) as (
        select seq, parent from tasks where parent is not null
        union
        select above.task, t.parent from above join tasks t on t.seq = above.seq where t.parent is not null
      )
      select t.id, b.id as "on" from above
        join deps d on (d.task = above.task and d.blocker = above.seq) or (d.task = above.seq and d.blocker = above.task)
        join tasks t on t.seq = d.task join tasks b on b.seq = d.blocker order by t.seq, b.seq limit 100`),
    never: await reader.all(`
      select t.id, b.id as "on", iif(b.deleted_at is null, 'cancelled', 'deleted') as why
      from deps d join tasks t on t.seq = d.task join tasks b on b.seq = d.blocker
      where t.deleted_at is null and t.archived_at is null and t.status not in ('done', 'cancelled')
        and ((b.deleted_at is not null and b.status <> 'done') or (b.status = 'cancelled' and b.satisfied = 0))
      order by t.seq, b.seq limit 1000`),
  };
}
