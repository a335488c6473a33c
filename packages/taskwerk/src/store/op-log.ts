import type { Page } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";
import type { Reader, SqlValue } from "@taskwerk/sqlite/database";
import type { LogChange } from "../core/facts.ts";
import type { OpContent } from "./check/chain-hash.ts";
import { numberCursor } from "./number-cursor.ts";

/** An operation of the log. */
export interface OpRow {
  readonly seq: number;
  readonly op: string;
  readonly name: string;
  readonly actor: string;
  readonly session: string | null;
  readonly at: string;
  readonly undo_of: string | null;
}

/** A change with its number and that of its operation. */
export interface LoggedRow extends LogChange {
  readonly seq: number;
  readonly op: number;
}

/** Which operations. `subject` is a task's uid. */
export interface OpFilter {
  readonly subject?: string;
  readonly session?: string;
  readonly actor?: string;
  readonly since?: string;
}

/** The columns of an operation `o` that {@link OpRow} has. */
export const OP_COLUMNS = "o.seq, o.op, o.name, o.actor, o.session, o.at, o.undo_of";

/** True in SQL for an operation `o` that is taken back: what was last said of it. */
export const IS_UNDONE = `coalesce((select json_extract(c.after, '$.undone') from changes c
  where c.subject = o.op and c.entity = 'op' order by c.seq desc limit 1), 0)`;

/** One page of operations that changed something, the newest first. `limit` 0 is all of them. Throws INVALID_QUERY. */
export async function listOps(
  reader: Reader,
  filter: OpFilter,
  limit: number,
  cursor?: string,
): Promise<{ readonly ops: readonly OpRow[]; readonly page: Page }> {
  const terms = ["true"];
  const params: SqlValue[] = [];
  const add = (term: string, ...values: SqlValue[]): void => {
    terms.push(term);
    params.push(...values);
  };
  if (filter.subject !== undefined) add("o.seq in (select op from changes where subject = ?)", filter.subject);
  if (filter.session !== undefined) add("o.session = ?", filter.session);
  if (filter.actor !== undefined) add("o.actor = ?", filter.actor);
  if (filter.since !== undefined) add("o.at >= ?", filter.since);
  const where = terms.join(" and ");
  const total = await reader.get<{ n: number }>(`select count(*) as n from ops o where ${where}`, params);
  const ops = await reader.all<OpRow>(
    `select ${OP_COLUMNS} from ops o where ${where}${cursor === undefined ? "" : " and o.seq < ?"}
     order by o.seq desc${limit > 0 ? " limit ?" : ""}`,
    [...params, ...(cursor === undefined ? [] : [numberCursor(cursor)]), ...(limit > 0 ? [limit + 1] : [])],
  );
  const truncated = limit > 0 && ops.length > limit;
  const shown = truncated ? ops.slice(0, limit) : ops;
  return {
    ops: shown,
    page: {
      returned: shown.length,
      total: total!.n,
      truncated,
      cursor: truncated ? String(shown.at(-1)!.seq) : null,
    },
  };
}

/** The operation that an id, or its last 6 letters or more, names. Throws OP_NOT_FOUND, AMBIGUOUS_ID. */
export async function findOp(reader: Reader, text: string): Promise<OpRow> {
  const word = text.trim().toUpperCase();
  const rows = /^[0-9A-HJKMNP-TV-Z]{6,26}$/.test(word)
    ? await reader.all<OpRow>(
        word.length === 26
          ? `select ${OP_COLUMNS} from ops o where o.op = ?`
          : `select ${OP_COLUMNS} from ops o where o.op like '%' || ? order by o.seq desc limit 5`,
        [word],
      )
    : [];
  if (rows.length === 1) return rows[0]!;
  if (rows.length > 1) {
    throw new WerkError("AMBIGUOUS_ID", `"${text}" is the end of several operations' ids.`, {
      hint: "Give more of it.",
      field: "op",
      given: text,
      candidates: rows.map((row) => row.op),
    });
  }
  throw new WerkError("OP_NOT_FOUND", `there is no operation "${text}".`, {
    hint: "See what there is:  taskwerk log",
    field: "op",
    given: text,
  });
}

/** A row of `changes` as it is stored: texts of JSON. */
export interface RawChange {
  readonly seq: number;
  readonly op: number;
  readonly entity: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A row of `changes` with its texts read. */
export const changeOf = ({ before, after, ...row }: RawChange): LoggedRow => ({
  ...row,
  before: before === null ? null : JSON.parse(before),
  after: after === null ? null : JSON.parse(after),
});

/** The first change of this operation or of one after it. Changes are in the order of their operations. */
async function firstChange(reader: Reader, op: number): Promise<number> {
  const last = await reader.get<{ seq: number }>("select coalesce(max(seq), 0) as seq from changes");
  let [low, high] = [1, last!.seq + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // The next row there is: numbers without a row are possible only in a file that was tampered with.
    const row = await reader.get<{ seq: number; op: number }>(
      "select seq, op from changes where seq >= ? order by seq limit 1",
      [middle],
    );
    if (row === undefined || row.op >= op) high = middle;
    else low = row.seq + 1;
  }
  return low;
}

/** The changes of an operation, in order, at most `limit`, and how many there are. */
export async function changesOf(
  reader: Reader,
  op: number,
  limit = -1,
): Promise<{ readonly changes: readonly LoggedRow[]; readonly total: number }> {
  const [from, to] = [await firstChange(reader, op), await firstChange(reader, op + 1)];
  const rows = await reader.all<RawChange>(
    "select seq, op, entity, subject, before, after from changes where seq >= ? and seq < ? order by seq limit ?",
    [from, to, limit],
  );
  return { changes: rows.map(changeOf), total: to - from };
}

/** The changes of a task, in order, each with its operation. */
export async function changesOfSubject(
  reader: Reader,
  subject: string,
): Promise<readonly (LoggedRow & { readonly by: OpRow & { readonly undone: number } })[]> {
  const rows = await reader.all<RawChange & OpRow & { readonly change: number; readonly undone: number }>(
    `select c.seq as change, c.entity, c.subject, c.before, c.after, ${OP_COLUMNS}, ${IS_UNDONE} as undone
     from changes c join ops o on o.seq = c.op where c.subject = ? order by c.seq`,
    [subject],
  );
  return rows.map(({ change, entity, before, after, undone, ...op }) => ({
    ...changeOf({ seq: change, op: op.seq, entity, subject, before, after }),
    by: { ...op, undone },
  }));
}

/** For operations that are taken back now: by which one. Operation ids on both sides. */
export async function undoneBy(reader: Reader, ops: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await reader.all<{ op: string; by: string; undone: number }>(
    `select c.subject as op, o.op as by, json_extract(c.after, '$.undone') as undone
     from changes c join ops o on o.seq = c.op
     where c.entity = 'op' and c.subject in (select value from json_each(?)) order by c.seq`,
    [JSON.stringify(ops)],
  );
  const by = new Map<string, string>();
  for (const row of rows) {
    if (row.undone === 1) by.set(row.op, row.by);
    else by.delete(row.op);
  }
  return by;
}

/** Display ids of tasks by their uids. */
export async function idsByUid(reader: Reader, uids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const rows = await reader.all<{ uid: string; id: string }>(
    "select uid, id from tasks where uid in (select value from json_each(?))",
    [JSON.stringify([...new Set(uids)])],
  );
  return new Map(rows.map(({ uid, id }) => [uid, id]));
}

/** All that the hash of an operation is over. */
export async function opContent(reader: Reader, { seq, op, name, actor, session, at }: OpRow): Promise<OpContent> {
  const [from, to] = [await firstChange(reader, seq), await firstChange(reader, seq + 1)];
  const own = await reader.get<{ hash: string; before: string }>(
    "select hash, coalesce((select hash from ops where seq = ?), '') as before from ops where seq = ?",
    [seq - 1, seq],
  );
  const redaction = await reader.get<{ hash: string }>(
    `select json_extract(after, '$.hash') as hash from changes
     where subject = ? and entity = 'redaction' order by seq desc limit 1`,
    [op],
  );
  return {
    op: [seq, op, name, actor, session, at],
    before: own!.before,
    hash: own!.hash,
    redaction: redaction?.hash ?? null,
    changes: await reader.all(
      "select entity, subject, before, after from changes where seq >= ? and seq < ? order by seq",
      [from, to],
    ),
    events: await reader.all("select type, subject, data from events where op = ? order by cursor", [seq]),
  };
}
