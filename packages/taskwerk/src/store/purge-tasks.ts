import { WerkError } from "@taskwerk/contract/errors";
import { chainHash } from "./check/chain-hash.ts";
import { removeDependency } from "./deps.ts";
import { ERASE } from "./dialects/sqlite/erase.ts";
import { emit, logChange, type Op } from "./op.ts";
import { type OpRow, opContent } from "./op-log.ts";
import type { TaskRow } from "./task-row.ts";

/** What stands where something was taken out of the log. */
const PURGED = '{"purged":true}';

/**
 * Takes all that deleted tasks say out of the store: their text, notes, tags, what the log and the events say of them, and
 * answers that were kept. A row without content stays, so that no id is ever given twice. What depended on one of them no
 * longer waits for it.
 *
 * The log stays verifiable: the hash of an operation that something was taken out of no longer fits, so this operation
 * keeps, in the log, the hash over what is left of it (`redaction`). Throws STORE_CORRUPT when such a hash did not fit before.
 */
export async function purgeTasks(op: Op, rows: readonly TaskRow[]): Promise<void> {
  if (rows.length === 0) return;
  const touched = await opsThatTell(op, rows);
  for (const row of touched) await checkWhole(op, row);
  await op.tx.exec(ERASE.begin);
  for (const row of rows) {
    await untie(op, row);
    for (const table of ["tags", "notes", "criteria", "links", "task_sessions"]) {
      await op.tx.run(`delete from ${table} where task = ?`, [row.seq]);
    }
    await op.tx.run("delete from task_fts where rowid = ?", [row.seq]);
    await op.tx.run(EMPTY, [op.at, op.actor, op.at, row.seq]);
    await op.tx.run(
      `update changes set before = iif(before is null, null, '${PURGED}'), after = iif(after is null, null, '${PURGED}')
       where subject = ?`,
      [row.uid],
    );
    await op.tx.run(`update events set data = '${PURGED}' where subject = ?`, [row.id]);
    await op.tx.run("update deliveries set task = null where event in (select cursor from events where subject = ?)", [
      row.id,
    ]);
    await forgetAnswers(op, row);
    logChange(op, "purge", row.uid, { id: row.id }, null);
  }
  await op.tx.exec(ERASE.search);
  await op.tx.exec(ERASE.end);
  for (const row of touched) {
    const content = await opContent(op.tx, row);
    logChange(op, "redaction", row.op, null, { hash: chainHash(content, true) });
  }
}

const EMPTY = `update tasks set title = '(purged)', description = null, status_reason = null, type = null, assignee = null,
  category = null, files = '[]', capabilities = '[]', due_at = null, defer_until = null, estimate_minutes = null,
  evidence = '{}', session = null, key = null, metadata = '{}', started_at = null, completed_at = null, active_ms = 0,
  active_since = null, claim_by = null, claim_until = null, claim_lease_s = null, criteria_count = 0,
  purged_at = ?, updated_by = ?, updated_at = ?, rev = rev + 1
  where seq = ?`;

/** Answers that were kept and say something of it: a note, an undo and an import name it by its display id alone. */
async function forgetAnswers(op: Op, { id, uid }: TaskRow): Promise<void> {
  await op.tx.run(
    `update idempotency set outcome = '${PURGED}' where instr(outcome, ?) > 0 or instr(outcome, ?) > 0
       or (operation = 'task.import' and instr(outcome, ?) > 0)`,
    [uid, `"task":"${id}"`, `:"${id}"`],
  );
}

/** Operations whose changes or events say something of these tasks. */
async function opsThatTell(op: Op, rows: readonly TaskRow[]): Promise<readonly OpRow[]> {
  return op.tx.all<OpRow>(
    `select seq, op, name, actor, session, at, undo_of from ops where seq in (
       select op from changes where subject in (select value from json_each(?))
       union select op from events where subject in (select value from json_each(?))
     ) order by seq`,
    [JSON.stringify(rows.map(({ uid }) => uid)), JSON.stringify(rows.map(({ id }) => id))],
  );
}

async function checkWhole(op: Op, row: OpRow): Promise<void> {
  const content = await opContent(op.tx, row);
  const kept = content.redaction ?? content.hash;
  if (kept === chainHash(content, true) || (content.redaction === null && kept === chainHash(content, false))) return;
  throw new WerkError("STORE_CORRUPT", `the log does not fit together at operation ${row.op}. Nothing was purged.`, {
    hint: "See what is wrong:  taskwerk db check",
    details: { op: row.op, seq: row.seq },
  });
}

/** Others no longer wait for it, nor it for others. */
async function untie(op: Op, row: TaskRow): Promise<void> {
  const waiting = await op.tx.all<TaskRow>(
    "select t.* from deps d join tasks t on t.seq = d.task where d.blocker = ? order by t.seq",
    [row.seq],
  );
  for (const other of waiting) {
    await removeDependency(op, other, row);
    if (other.deleted_at === null) op.warnings.push(`${other.id} waits for ${row.id} no longer.`);
  }
  const blockers = await op.tx.all<TaskRow>(
    "select t.* from deps d join tasks t on t.seq = d.blocker where d.task = ? order by t.seq",
    [row.seq],
  );
  for (const other of blockers) {
    await removeDependency(op, row, other);
  }
  emit(op, "task.deleted", row.id, { purged: true, before: null, after: null });
}
