import type { EventType, TaskEvent } from "@taskwerk/contract/event";
import type { Reader } from "@taskwerk/sqlite/database";

/** The cursor of the newest event; 0 when nothing ever happened. */
export async function eventCursor(reader: Reader): Promise<number> {
  const row = await reader.get<{ cursor: number }>("select coalesce(max(cursor), 0) as cursor from events");
  return row!.cursor;
}

interface EventRow extends Omit<TaskEvent, "id" | "data" | "type"> {
  readonly n: number;
  readonly type: EventType;
  readonly data: string;
}

/** What happened after the cursor `since`, in order, at most `limit`. */
export async function eventsSince(reader: Reader, since: number, limit: number): Promise<TaskEvent[]> {
  const rows = await reader.all<EventRow>(
    `select e.cursor, e.n, e.type, o.at as time, o.actor, o.session, o.op, e.subject, e.data
     from events e join ops o on o.seq = e.op where e.cursor > ? order by e.cursor limit ?`,
    [since, limit],
  );
  return rows.map(({ n, data, ...row }) => ({ id: `${row.op}.${n}`, ...row, data: JSON.parse(data) }));
}
