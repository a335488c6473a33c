import type { Note } from "@taskwerk/contract/client";
import { cutText } from "./cut-text.ts";
import { emit, logChange, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

/** Adds a note to a task, also to what search finds. */
export async function addNote(
  op: Op,
  row: Pick<TaskRow, "seq" | "id" | "uid">,
  type: string,
  text: string,
): Promise<Note> {
  const note: Note = { id: op.newUid(), task: row.id, type, text, at: op.at, by: op.actor };
  await op.tx.run("insert into notes (id, task, type, text, at, by) values (?, ?, ?, ?, ?, ?)", [
    note.id,
    row.seq,
    type,
    text,
    op.at,
    op.actor,
  ]);
  await indexText(op, row.seq);
  logChange(op, "note", row.uid, null, { id: note.id, type, text });
  emit(op, "task.note_added", row.id, { before: null, after: { note: note.id, type, text: cutText(text) } });
  op.touched.add(row.seq);
  return note;
}

/** Brings what search finds of a task up to date. */
export async function indexText(op: Op, seq: number): Promise<void> {
  await op.tx.run(
    `insert or replace into task_fts (rowid, title, description, notes)
     select t.seq, t.title, t.description,
       coalesce((select group_concat(n.text, char(10)) from notes n where n.task = t.seq), '')
     from tasks t where t.seq = ?`,
    [seq],
  );
}
