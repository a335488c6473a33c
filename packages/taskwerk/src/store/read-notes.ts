import type { Note } from "@taskwerk/contract/client";
import type { Reader } from "@taskwerk/sqlite/database";
import type { TaskRow } from "./task-row.ts";

/** A task's notes, the oldest first. */
export const notesOf = (reader: Reader, task: Pick<TaskRow, "seq" | "id">): Promise<Note[]> =>
  reader.all<Note>("select id, ? as task, type, text, at, by from notes where task = ? order by seq", [
    task.id,
    task.seq,
  ]);
