import type { Reader } from "@taskwerk/sqlite/database";
import type { TreeRow } from "../core/forest.ts";

/** Row numbers of these tasks and of all that they lie under. */
export async function withAncestors(reader: Reader, seqs: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await reader.lists<readonly [number]>(
    `with recursive above (seq, parent) as (
       select seq, parent from tasks where seq in (select value from json_each(?))
       union
       select t.seq, t.parent from tasks t join above on t.seq = above.parent where t.deleted_at is null
     )
     select seq from above`,
    [JSON.stringify(seqs)],
  );
  return new Set(rows.map(([seq]) => seq));
}

/** These tasks and all that lies below them and is in no archive, the oldest first. */
export async function withDescendants(reader: Reader, seqs: Iterable<number>): Promise<readonly TreeRow[]> {
  return reader.all<TreeRow>(
    `with recursive below (seq) as (
       select seq from tasks where seq in (select value from json_each(?))
       union
       select t.seq from tasks t join below on t.parent = below.seq where t.bucket <> 'hidden'
     )
     select seq, parent, status from tasks where seq in (select seq from below) order by seq`,
    [JSON.stringify([...seqs])],
  );
}
