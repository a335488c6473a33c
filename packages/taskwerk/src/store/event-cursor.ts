import type { Reader } from "@taskwerk/sqlite/database";

/** The cursor of the newest event; 0 when nothing ever happened. */
export async function eventCursor(reader: Reader): Promise<number> {
  const row = await reader.get<{ cursor: number }>("select coalesce(max(cursor), 0) as cursor from events");
  return row!.cursor;
}
