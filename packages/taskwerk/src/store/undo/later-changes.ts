import type { Reader } from "@taskwerk/sqlite/database";
import { factKey, factsOf } from "../../core/facts.ts";
import { changeOf, IS_UNDONE, OP_COLUMNS, type OpRow } from "../op-log.ts";

/** What came after an operation, by the facts that were touched. */
export interface LaterChanges {
  /** The last operation that touched this fact, whatever became of it. */
  readonly last: (key: string) => OpRow | null;
  /** One that touched it and still counts: it is not taken back, and is no undo itself. */
  readonly standing: (key: string) => OpRow | null;
  /** The same of anything that was said of a subject. */
  readonly standingOf: (subject: string) => OpRow | null;
}

/** Reads what operations after `first` other than `own` changed of these subjects. */
export async function laterChanges(
  reader: Reader,
  subjects: Iterable<string>,
  first: number,
  own: ReadonlySet<number>,
): Promise<LaterChanges> {
  const rows = await reader.all<
    OpRow & {
      readonly undone: number;
      readonly entity: string;
      readonly subject: string;
      readonly before: string | null;
      readonly after: string | null;
    }
  >(
    `select c.entity, c.subject, c.before, c.after, ${OP_COLUMNS}, ${IS_UNDONE} as undone
     from changes c join ops o on o.seq = c.op
     where c.subject in (select value from json_each(?)) and c.op > ? order by c.seq`,
    [JSON.stringify([...new Set(subjects)]), first],
  );
  const last = new Map<string, OpRow>();
  const standing = new Map<string, OpRow>();
  const standingOf = new Map<string, OpRow>();
  for (const { undone, entity, subject, before, after, ...by } of rows) {
    if (own.has(by.seq)) continue;
    const counts = by.undo_of === null && undone === 0;
    if (counts && !standingOf.has(subject)) standingOf.set(subject, by);
    for (const fact of factsOf(changeOf({ seq: 0, op: by.seq, entity, subject, before, after }))) {
      last.set(factKey(fact), by);
      if (counts && !standing.has(factKey(fact))) standing.set(factKey(fact), by);
    }
  }
  return {
    last: (key) => last.get(key) ?? null,
    standing: (key) => standing.get(key) ?? null,
    standingOf: (subject) => standingOf.get(subject) ?? null,
  };
}
