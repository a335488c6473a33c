import type { EventType, TaskEvent } from "@taskwerk/contract/event";
import type { Reader } from "@taskwerk/sqlite/database";
import { rowsOf, typedSql } from "@taskwerk/sqlite/typed-sql";
import type { Tables } from "./tables.ts";

const sql = typedSql<Tables>();

/** Events after a cursor; all types where `types` is null. */
export interface EventChoice {
  readonly since: number;
  readonly types: readonly EventType[] | null;
}

/** What happened after the cursor `since`, in order, at most `limit`. */
export async function eventsSince(reader: Reader, { since, types }: EventChoice, limit: number): Promise<TaskEvent[]> {
  const query = sql
    .selectFrom("events as e")
    .innerJoin("ops as o", "o.seq", "e.op")
    .select(["e.cursor", "e.n", "e.type", "o.at as time", "o.actor", "o.session", "o.op", "e.subject", "e.data"])
    .where("e.cursor", ">", since)
    .$if(types !== null, (chosen) => chosen.where("e.type", "in", types!))
    .orderBy("e.cursor")
    .limit(limit);
  const rows = await rowsOf(reader, query);
  return rows.map(({ n, data, ...row }) => ({ id: `${row.op}.${n}`, ...row, data: JSON.parse(data) }));
}

/** How many events came after the cursor `since`. */
export async function countEventsSince(reader: Reader, { since, types }: EventChoice): Promise<number> {
  const query = sql
    .selectFrom("events")
    .select((on) => on.fn.countAll<number>().as("n"))
    .where("cursor", ">", since)
    .$if(types !== null, (chosen) => chosen.where("type", "in", types!));
  const [row] = await rowsOf(reader, query);
  return row!.n;
}
