import type { Reader, Tx } from "@taskwerk/sqlite/database";
import { countEventsFrom, lastCursorGiven } from "./dialects/sqlite/event-sequence.ts";
import { eventCursor } from "./event-cursor.ts";

/** Numbers of a store that others have seen and go by: the cursor of an event, in ids of tasks, a task's fence, a webhook's seq. */
export interface NumbersGiven {
  readonly cursor: number;
  /** The last number that a new task got: below the one of that uid, or null: of those that are below none. */
  readonly ids: readonly { readonly parent: string | null; readonly last: number }[];
  readonly fences: readonly { readonly uid: string; readonly fence: number }[];
  readonly seqs: readonly { readonly id: string; readonly last_seq: number }[];
}

export const numbersGiven = async (reader: Reader): Promise<NumbersGiven> => ({
  cursor: await lastCursorGiven(reader),
  ids: await reader.all(
    "select p.uid as parent, c.last from id_counters c left join tasks p on p.seq = c.parent where c.parent = 0 or p.uid is not null",
  ),
  fences: await reader.all("select uid, fence from tasks where fence > 0"),
  seqs: await reader.all("select id, last_seq from webhooks where last_seq > 0"),
});

/**
 * Lets a store that takes the place of another give none of the other's numbers a second time, for something else: a
 * stream would go on after the wrong event, and the token of a claim that is over would be that of a later one. One cursor is
 * left out between the two, so that the last one of the other is known for what it is too.
 */
export async function goOnAfter(tx: Tx, { cursor, ids, fences, seqs }: NumbersGiven): Promise<void> {
  if (cursor > (await eventCursor(tx)) && cursor >= (await lastCursorGiven(tx))) await countEventsFrom(tx, cursor + 1);
  for (const { parent, last } of ids) {
    await tx.run(
      `insert into id_counters (parent, last)
       select seq, ? from (select 0 as seq where ? is null union all select seq from tasks where uid = ?) where true
       on conflict (parent) do update set last = max(last, excluded.last)`,
      [last, parent, parent],
    );
  }
  for (const { uid, fence } of fences) {
    await tx.run("update tasks set fence = ? where uid = ? and fence < ?", [fence + 1, uid, fence]);
  }
  for (const { id, last_seq } of seqs) {
    await tx.run("update webhooks set last_seq = ? where id = ? and last_seq < ?", [last_seq, id, last_seq]);
  }
}
