import { type Batch, idIn } from "../../core/batch.ts";
import type { Op } from "../../store/op.ts";
import type { TaskRow } from "../../store/task-row.ts";

/** The tasks of the store that a file may mean, by key, by uid and by any form of id. */
export interface StoredTasks {
  readonly byKey: ReadonlyMap<string, TaskRow>;
  readonly byUid: ReadonlyMap<string, TaskRow>;
  /** By display id, whatever became of the task. */
  readonly anyById: ReadonlyMap<string, TaskRow>;
  /** By an id in any form, or a whole uid. */
  readonly byId: (name: string) => TaskRow | undefined;
  /** A name as an id of this store's form; null when it has another. */
  readonly idOf: (name: string) => string | null;
}

const UID = /^[0-9A-HJKMNP-TV-Z]{26}$/i;

/** Reads with one statement for each kind of name, however many rows there are. */
export async function storedTasks(op: Op, { rows, named }: Batch): Promise<StoredTasks> {
  const names = new Set<string>();
  const uids = new Set<string>();
  const own = new Set<string>();
  for (const row of rows) {
    const { key, parent, depends_on = [] } = row;
    if (key) names.add(key);
    if (row.id !== undefined) own.add(row.id);
    if (row.uid !== undefined) uids.add(row.uid);
    for (const uid of Object.values(row.uids ?? {})) uids.add(uid);
    for (const name of parent ? [parent, ...depends_on] : depends_on) {
      if (named.has(name)) continue;
      names.add(name);
      if (UID.test(name)) uids.add(name.toUpperCase());
    }
  }
  const idOf = (name: string): string | null => idIn(name, op.prefix);
  const empty = await op.tx.get("select 1 from tasks limit 1");
  if (empty === undefined) {
    return { byKey: new Map(), byUid: new Map(), anyById: new Map(), byId: () => undefined, idOf };
  }
  const select = (column: "key" | "uid" | "id", values: Iterable<string>): Promise<TaskRow[]> =>
    op.tx.all<TaskRow>(`select * from tasks where ${column} in (select value from json_each(?))`, [
      JSON.stringify([...values]),
    ]);
  const byKey = new Map((await select("key", names)).map((row) => [row.key!, row]));
  const byUid = new Map((await select("uid", uids)).map((row) => [row.uid, row]));
  const ids = [...names, ...own].flatMap((name) => idOf(name) ?? []);
  const anyById = new Map((await select("id", ids)).map((row) => [row.id, row]));
  return {
    byKey,
    byUid,
    anyById,
    idOf,
    byId: (name) => {
      const id = idOf(name);
      return id === null ? byUid.get(name.toUpperCase()) : anyById.get(id);
    },
  };
}
