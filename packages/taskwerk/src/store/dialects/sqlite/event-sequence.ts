import type { Reader, Tx } from "@taskwerk/sqlite/database";

/** The highest cursor that this store ever gave an event, also one that is no more; 0 for none. */
export async function lastCursorGiven(reader: Reader): Promise<number> {
  const row = await reader.get<{ seq: number }>("select seq from sqlite_sequence where name = 'events'");
  return row?.seq ?? 0;
}

/** The next event's cursor is beyond this one. */
export async function countEventsFrom(tx: Tx, cursor: number): Promise<void> {
  const known = await tx.run("update sqlite_sequence set seq = ? where name = 'events'", [cursor]);
  if (known === 0) await tx.run("insert into sqlite_sequence (name, seq) values ('events', ?)", [cursor]);
}
