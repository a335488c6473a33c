import type { Reader } from "@taskwerk/sqlite/database";

/** The cursor of the newest event; 0 when nothing ever happened. */
export async function eventCursor(reader: Reader): Promise<number> {
  const row = await reader.get<{ cursor: number }>("select coalesce(max(cursor), 0) as cursor from events");
  return row!.cursor;
}

/**
 * True for a cursor that this store has given, or the one right before an event: from there nothing is missed. Others are of
 * a history that a backup has replaced.
 */
export async function isOurCursor(reader: Reader, cursor: number): Promise<boolean> {
  if (cursor === 0) return true;
  return (
    (await reader.get("select 1 from events where cursor between ? and ? limit 1", [cursor, cursor + 1])) !== undefined
  );
}
