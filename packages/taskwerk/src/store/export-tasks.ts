import type { Reader } from "@taskwerk/sqlite/database";
import { type ExportOptions, selectExport } from "./dialects/sqlite/export-tasks.ts";
import { type ListFilter, seqsThatFit } from "./list-tasks.ts";

/** Row numbers of what is exported: all that fits, or everything that was not purged. The oldest first. */
export async function seqsToExport(
  reader: Reader,
  prefix: string,
  filter: ListFilter | null,
): Promise<readonly number[]> {
  if (filter !== null) return seqsThatFit(reader, prefix, filter);
  const rows = await reader.lists<readonly [number]>("select seq from tasks where purged_at is null order by seq");
  return rows.map(([seq]) => seq);
}

/** Tasks with all that is known of them, each as one line of JSON. `seqs` ascend. */
export async function exportRows(
  reader: Reader,
  seqs: readonly number[],
  options: ExportOptions,
): Promise<readonly string[]> {
  const rows = await reader.lists<readonly [string]>(selectExport(options), [JSON.stringify(seqs)]);
  return rows.map(([json]) => json);
}

/** How many parents and dependencies of these tasks are none of them. */
export async function countOutside(reader: Reader, seqs: readonly number[]): Promise<number> {
  const row = await reader.get<{ n: number }>(
    `with chosen (seq) as materialized (select value from json_each(?))
     select (select count(*) from chosen c join tasks t on t.seq = c.seq
               where t.parent is not null and t.parent not in (select seq from chosen))
          + (select count(*) from chosen c join deps d on d.task = c.seq
               where d.blocker not in (select seq from chosen)) as n`,
    [JSON.stringify(seqs)],
  );
  return row!.n;
}
