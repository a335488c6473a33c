import { WerkError } from "@taskwerk/contract/errors";
import type { Reader } from "@taskwerk/sqlite/database";
import { changesOf, IS_UNDONE, OP_COLUMNS, type OpRow, undoneBy } from "../op-log.ts";

const A_PAGE = 100;

/**
 * The last `n` operations of an actor, within the session if there is one, that changed something and are not taken back;
 * what took others back is passed over. The newest first. Throws OP_NOT_FOUND when there is none.
 */
export async function lastOps(
  reader: Reader,
  actor: string,
  session: string | null,
  n: number,
): Promise<readonly OpRow[]> {
  const found: OpRow[] = [];
  for (let below = Number.MAX_SAFE_INTEGER; found.length < n; ) {
    const page = await reader.all<OpRow>(
      `select ${OP_COLUMNS} from ops o
       where o.seq < ? and o.actor = ? and (? is null or o.session = ?) and o.undo_of is null and o.name <> 'task.purge'
         and not ${IS_UNDONE}
       order by o.seq desc limit ${A_PAGE}`,
      [below, actor, session, session],
    );
    for (const row of page) {
      if (found.length < n && (await changesOf(reader, row.seq, 1)).total > 0) found.push(row);
    }
    if (page.length < A_PAGE) break;
    below = page.at(-1)!.seq;
  }
  if (found.length > 0) return found;
  const where = session === null ? "" : ` in session ${session}`;
  throw new WerkError("OP_NOT_FOUND", `${actor} changed nothing${where} that could be taken back.`, {
    hint: "See who changed what:  taskwerk log",
    details: { actor, session },
  });
}

/**
 * What a session changed and nobody took back, the newest first. An operation of the session that took others of it back is
 * none of them: both are as if they had never been.
 */
export async function sessionOps(reader: Reader, session: string): Promise<readonly OpRow[]> {
  const all = await reader.all<OpRow & { readonly undone: number }>(
    `select ${OP_COLUMNS}, ${IS_UNDONE} as undone from ops o
     where o.session = ? and o.name <> 'task.purge' order by o.seq desc`,
    [session],
  );
  const own = new Set(all.map(({ op }) => op));
  const found: OpRow[] = [];
  for (const { undone, ...row } of all) {
    if (undone === 1) continue;
    if (row.undo_of !== null) {
      const { changes } = await changesOf(reader, row.seq);
      const targets = changes.flatMap((one) => (one.entity === "op" ? one.subject : []));
      if (targets.some((op) => own.has(op))) {
        if (targets.every((op) => own.has(op))) continue;
        throw new WerkError("UNDO_CONFLICT", `${row.op} took back what was done in this session and elsewhere.`, {
          hint: `Do that again first:  taskwerk undo --op ${row.op}`,
          details: { conflicts: [], op: row.op },
        });
      }
    }
    if ((await changesOf(reader, row.seq, 1)).total > 0) found.push(row);
  }
  if (found.length > 0) return found;
  throw new WerkError("OP_NOT_FOUND", `session ${session} changed nothing that could be taken back.`, {
    hint: `See what it did:  taskwerk session show ${session}`,
    details: { session },
  });
}

/** Throws UNDO_CONFLICT for an operation that is taken back already, or that nothing brings back. */
export async function checkUndoable(reader: Reader, row: OpRow): Promise<void> {
  if (row.name === "task.purge") {
    throw new WerkError("UNDO_CONFLICT", "what was purged is gone for good.", {
      hint: "A backup may have it:  taskwerk help db restore",
      details: { conflicts: [], op: row.op },
    });
  }
  const by = (await undoneBy(reader, [row.op])).get(row.op);
  if (by === undefined) return;
  throw new WerkError("UNDO_CONFLICT", `${row.op} is taken back already.`, {
    hint: `Do it again:  taskwerk undo --op ${by}`,
    details: { conflicts: [], op: row.op, undone_by: by },
  });
}
