import type { LoggedOp } from "@taskwerk/contract/log";
import { changeWords, type Names } from "../../core/change-words.ts";
import type { LogChange } from "../../core/facts.ts";
import { shownValues } from "../../core/log-values.ts";
import { changesOf, idsByUid, type LoggedRow, type OpRow, undoneBy } from "../../store/op-log.ts";
import type { Reader } from "../../store/open.ts";

const MOST_CHANGES = 1_000;
const MOST_WORDS = 100;

/** Operations as they travel: with what they changed, in words too. */
export async function loggedOps(reader: Reader, ops: readonly OpRow[]): Promise<LoggedOp[]> {
  const by = await undoneBy(
    reader,
    ops.map(({ op }) => op),
  );
  const all: LoggedOp[] = [];
  for (const { op, seq, at, actor, session, name } of ops) {
    const { changes, total } = await changesOf(reader, seq, MOST_CHANGES);
    const names = await namesIn(reader, changes);
    const words = changeWords(changes, names);
    all.push({
      op,
      seq,
      at,
      actor,
      session,
      command: name,
      undo_of: changes.flatMap((one) => (one.entity === "op" && one.after?.undone === true ? one.subject : [])),
      undone_by: by.get(op) ?? null,
      summary: words.slice(0, MOST_WORDS),
      changes: changes.map((one) => loggedChange(one, names)),
      changes_total: total,
    });
  }
  return all;
}

const loggedChange = ({ entity, subject, before, after }: LoggedRow, names: Names) => ({
  task: entity === "op" || entity === "purge" ? null : names.task(subject),
  subject,
  entity,
  before: shownSide(entity, before, names),
  after: shownSide(entity, after, names),
});

const shownSide = (entity: string, side: LogChange["after"], names: Names) => {
  if (side === null) return null;
  if (entity === "criterion") return { ...side, checked: side.checked === 1 };
  return entity === "task" ? shownValues(side, names.row) : side;
};

/** Who is meant by the uids and row numbers of these changes. */
export async function namesIn(reader: Reader, changes: readonly LogChange[]): Promise<Names> {
  const uids = changes.flatMap(({ subject, before, after }) => [
    subject,
    ...[before, after].flatMap((values) => (typeof values?.depends_on === "string" ? [values.depends_on] : [])),
  ]);
  const byUid = await idsByUid(reader, uids);
  const parents = changes.flatMap(({ before, after }) =>
    [before, after].flatMap((values) => (typeof values?.parent === "number" ? [values.parent] : [])),
  );
  const rows = await reader.all<{ seq: number; id: string }>(
    "select seq, id from tasks where seq in (select value from json_each(?))",
    [JSON.stringify([...new Set(parents)])],
  );
  const bySeq = new Map(rows.map(({ seq, id }) => [seq, id]));
  return { task: (uid) => byUid.get(uid) ?? uid, row: (seq) => bySeq.get(seq) ?? null };
}
