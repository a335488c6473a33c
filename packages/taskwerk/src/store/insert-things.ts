import type { SqlValue } from "@taskwerk/sqlite/database";
import type { NoteRecord, TaskRecord } from "../core/record.ts";
import { insertRows } from "./insert-rows.ts";
import { logChange, type Op } from "./op.ts";

/** A new task's row with what it brings. */
export interface Bringing {
  readonly row: {
    readonly seq: number;
    readonly uid: string;
    readonly created_at: string;
    readonly created_by: string;
  };
  readonly fields: TaskRecord;
}

/** Notes, links and sessions of new tasks, in the log and in what search finds. */
export async function insertThings(op: Op, tasks: readonly Bringing[]): Promise<void> {
  await insertNotes(op, tasks);
  await insertRows(op.tx, "links", ["task", "n", "type", "target"], linkRows(op, tasks));
  await insertSessions(op, tasks);
}

async function insertNotes(op: Op, tasks: readonly Bringing[]): Promise<void> {
  const noted = tasks.filter(({ fields }) => fields.notes?.length);
  if (noted.length === 0) return;
  const taken = await takenIds(
    op,
    noted.flatMap(({ fields }) => fields.notes!),
  );
  const rows = noted.flatMap(({ row, fields }) =>
    fields.notes!.map(({ id, type, text, at, by }): readonly SqlValue[] => {
      const own = id !== null && !taken.has(id) ? id : op.newUid();
      // Twice in one file it is another note.
      taken.add(own);
      const note = { id: own, type, text, at: at ?? op.at, by: by ?? op.actor };
      logChange(op, "note", row.uid, null, note);
      return [note.id, row.seq, type, text, note.at, note.by];
    }),
  );
  await insertRows(op.tx, "notes", ["id", "task", "type", "text", "at", "by"], rows);
  await op.tx.run(
    `insert or replace into task_fts (rowid, title, description, notes)
     select t.seq, t.title, t.description, (select group_concat(n.text, char(10)) from notes n where n.task = t.seq)
     from json_each(?) i join tasks t on t.seq = i.value`,
    [JSON.stringify(noted.map(({ row }) => row.seq))],
  );
}

/** Ids that notes of the store have already. */
async function takenIds(op: Op, notes: readonly NoteRecord[]): Promise<Set<string>> {
  const ids = notes.flatMap(({ id }) => id ?? []);
  const rows = await op.tx.lists<readonly [string]>(
    "select id from notes where id in (select value from json_each(?))",
    [JSON.stringify(ids)],
  );
  return new Set(rows.map(([id]) => id));
}

function* linkRows(op: Op, tasks: readonly Bringing[]): Generator<readonly SqlValue[]> {
  for (const { row, fields } of tasks) {
    if (!fields.links?.length) continue;
    const once = new Map(fields.links.map((link) => [`${link.type} ${link.target}`, link]));
    let n = 0;
    for (const { type, target } of once.values()) {
      n += 1;
      logChange(op, "link", row.uid, null, { n, type, target });
      yield [row.seq, n, type, target];
    }
  }
}

async function insertSessions(op: Op, tasks: readonly Bringing[]): Promise<void> {
  const sessions = new Map<string, readonly [string, string | null, string]>();
  const touched: [string, number][] = [];
  for (const { row, fields } of tasks) {
    const { session = null, sessions: said } = fields;
    const named = said ?? (session === null ? [] : [{ name: session, started_at: null, ended_at: null, actor: null }]);
    for (const { name, started_at, ended_at, actor } of named) {
      if (!sessions.has(name)) sessions.set(name, [started_at ?? row.created_at, ended_at, actor ?? row.created_by]);
      touched.push([name, row.seq]);
    }
  }
  if (touched.length === 0) return;
  await op.tx.run(
    `insert into sessions (id, started_at, ended_at, actor)
     select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?) where true on conflict do nothing`,
    [JSON.stringify([...sessions].map(([name, values]) => [name, ...values]))],
  );
  await op.tx.run(
    `insert into task_sessions (session, task)
     select value ->> 0, value ->> 1 from json_each(?) where true on conflict do nothing`,
    [JSON.stringify(touched)],
  );
}
