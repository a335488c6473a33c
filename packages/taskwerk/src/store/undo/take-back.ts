import { WerkError } from "@taskwerk/contract/errors";
import type { UndoConflict } from "@taskwerk/contract/log";
import { type Fact, netFacts, sameValue } from "../../core/facts.ts";
import { changeTask } from "../change-task.ts";
import { isTokenOf } from "../claims.ts";
import { followChild } from "../move-task.ts";
import { logChange, type Op } from "../op.ts";
import { changesOf, type LoggedRow, OP_COLUMNS, type OpRow } from "../op-log.ts";
import { isGroup, type TaskRow } from "../task-row.ts";
import { laterChanges } from "./later-changes.ts";
import { conflict, examine, type Taken } from "./obstacles.ts";
import { putBack } from "./put-back.ts";

/** What was taken back: facts by task, and the changes that they are from. */
export interface TakenBack {
  readonly taken: readonly Taken[];
  readonly changes: readonly LoggedRow[];
}

/**
 * Takes operations back, the newest first given, by changes of its own: nothing of the log is lost, and taking this one back
 * does them again. All or nothing. Throws UNDO_CONFLICT with the list where something stands in the way: a later operation
 * touched the same, a task was deleted since, somebody else has claimed it.
 */
export async function takeBack(op: Op, ops: readonly OpRow[], claim?: string): Promise<TakenBack> {
  const changes: LoggedRow[] = [];
  for (const one of ops.toReversed()) changes.push(...(await changesOf(op.tx, one.seq)).changes);
  const all = [...netFacts(changes).values()];
  if (all.some(({ kind }) => kind === "purge")) throw purged(ops);
  const seqs = new Set(ops.map(({ seq }) => seq));
  const first = ops.reduce((least, { seq }) => Math.min(least, seq), Number.MAX_SAFE_INTEGER);
  const facts = all.filter((fact) => fact.kind !== "op");
  const rows = await rowsOfFacts(op, facts);
  const later = await laterChanges(op.tx, rows.keys(), first, seqs);
  const told = bySubject(facts);
  const claims = ownClaims(op, ops, changes);

  const taken: Taken[] = [];
  const conflicts: UndoConflict[] = [];
  for (const [uid, row] of rows) {
    const own = { row, facts: tellingFacts(told.get(uid) ?? []) };
    const { open, conflicts: found } = await examine(
      op,
      own,
      later,
      claims.has(`${uid} ${row.claim_by}`) || isTokenOf(row, claim),
    );
    conflicts.push(...found);
    if (open.length > 0) taken.push({ row, facts: open });
  }
  conflicts.push(...(await keysTaken(op, taken)));
  if (conflicts.length > 0) throw refused(conflicts);

  conflicts.push(...(await putBack(op, taken)));
  conflicts.push(...(await tornApart(op, taken)));
  if (conflicts.length > 0) throw refused(conflicts);
  await followParents(op, taken, first, seqs);
  for (const one of ops) logChange(op, "op", one.op, { undone: false }, { undone: true });
  for (const fact of all) {
    if (fact.kind === "op" && !sameValue(fact.before, fact.after)) {
      logChange(op, "op", fact.subject, { undone: fact.after }, { undone: fact.before });
    }
  }
  return { taken, changes };
}

function bySubject(facts: readonly Fact[]): ReadonlyMap<string, readonly Fact[]> {
  const map = new Map<string, Fact[]>();
  for (const fact of facts) {
    const own = map.get(fact.subject);
    if (own) own.push(fact);
    else map.set(fact.subject, [fact]);
  }
  return map;
}

/** What counts of a task's facts; of one that came to be it is that it did, and whether it was deleted. */
function tellingFacts(own: readonly Fact[]): readonly Fact[] {
  if (own.some(({ kind }) => kind === "created")) {
    return own.filter(({ kind, name }) => kind === "created" || name === "deleted_at");
  }
  return own.filter(({ before, after }) => !sameValue(before, after));
}

async function rowsOfFacts(op: Op, facts: readonly Fact[]): Promise<ReadonlyMap<string, TaskRow>> {
  const rows = await op.tx.all<TaskRow>("select * from tasks where uid in (select value from json_each(?))", [
    JSON.stringify([...new Set(facts.map(({ subject }) => subject))]),
  ]);
  return new Map(rows.map((row) => [row.uid, row]));
}

/** Claims that the caller took himself, for whomever, in what he takes back now: task and holder. */
function ownClaims(op: Op, ops: readonly OpRow[], changes: readonly LoggedRow[]): ReadonlySet<string> {
  const mine = new Set(ops.filter(({ actor }) => actor === op.actor).map(({ seq }) => seq));
  return new Set(
    changes.flatMap(({ op: by, subject, after }) =>
      mine.has(by) && typeof after?.claim_by === "string" ? `${subject} ${after.claim_by}` : [],
    ),
  );
}

/** Keys that would come back while another task has them that keeps them; who gives one up in this does so at once. */
async function keysTaken(op: Op, taken: readonly Taken[]): Promise<readonly UndoConflict[]> {
  const leaving = new Set(taken.filter(givesUpKey).map(({ row }) => row.seq));
  const conflicts: UndoConflict[] = [];
  for (const { row, facts } of taken) {
    const key = keyOf(facts)?.before;
    if (typeof key !== "string") continue;
    const other = await op.tx.get<TaskRow>("select * from tasks where key = ?", [key]);
    if (!other) continue;
    if (leaving.has(other.seq)) await changeTask(op, other, { key: null });
    else conflicts.push(conflict(row, "key", `"${key}" is the key of ${other.id} now`, null));
  }
  return conflicts;
}

const keyOf = (facts: readonly Fact[]): Fact | undefined =>
  facts.find(({ kind, name }) => kind === "column" && name === "key");

/** True for a task that has another key afterwards, or none: also one that goes away. */
const givesUpKey = ({ facts }: Taken): boolean =>
  keyOf(facts) !== undefined || facts.some(({ kind }) => kind === "created");

/** What may not be apart: a task below one that is deleted, a task that waits for one that never was. */
async function tornApart(op: Op, taken: readonly Taken[]): Promise<readonly UndoConflict[]> {
  const touched = JSON.stringify(taken.map(({ row }) => row.seq));
  const below = await op.tx.all<TaskRow & { readonly other: string }>(
    `select t.*, p.id as other from tasks t join tasks p on p.seq = t.parent
     where t.deleted_at is null and p.deleted_at is not null
       and (t.seq in (select value from json_each(?)) or p.seq in (select value from json_each(?))) limit 100`,
    [touched, touched],
  );
  const created = taken.filter(({ facts }) => facts.some(({ kind }) => kind === "created"));
  const waiting = await op.tx.all<TaskRow & { readonly other: string }>(
    `select t.*, b.id as other from deps d join tasks t on t.seq = d.task join tasks b on b.seq = d.blocker
     where t.deleted_at is null and d.blocker in (select value from json_each(?)) limit 100`,
    [JSON.stringify(created.map(({ row }) => row.seq))],
  );
  const told = async (row: TaskRow, field: string, reason: string): Promise<UndoConflict> =>
    conflict(row, field, reason, (await lastOpOn(op, row.uid)) ?? null);
  return [
    ...(await Promise.all(below.map((row) => told(row, "parent", `is a part of ${row.other}, which would be gone`)))),
    ...(await Promise.all(
      waiting.map((row) => told(row, "depends_on", `waits for ${row.other}, which would be gone`)),
    )),
  ];
}

const lastOpOn = (op: Op, uid: string): Promise<OpRow | undefined> =>
  op.tx.get<OpRow>(
    `select ${OP_COLUMNS} from ops o where o.seq = (select op from changes where subject = ? order by seq desc limit 1)`,
    [uid],
  );

/**
 * Parents follow what their children have become, where that is not what it was before: a closed one opens for a child that
 * is open; a group closes when others of its children were changed meanwhile and all are closed now.
 */
async function followParents(op: Op, taken: readonly Taken[], first: number, own: ReadonlySet<number>): Promise<void> {
  const parents = new Set(taken.flatMap(({ row, facts }) => [row.seq, ...parentsOf(row, facts)]));
  const rows = await op.tx.all<TaskRow>(
    `select * from tasks where seq in (select value from json_each(?)) and deleted_at is null and child_count > 0
     order by depth desc, seq`,
    [JSON.stringify([...parents])],
  );
  for (const { seq } of rows) {
    const parent = await op.tx.get<TaskRow>("select * from tasks where seq = ?", [seq]);
    if (!parent) continue;
    const closed = parent.status === "done" || parent.status === "cancelled";
    if (closed && parent.open_children > 0) {
      const child = await op.tx.get<TaskRow>(
        "select * from tasks where parent = ? and deleted_at is null and status not in ('done', 'cancelled') limit 1",
        [seq],
      );
      await followChild(op, child!, seq);
    } else if (!closed && isGroup(parent) && parent.open_children === 0 && (await childrenMoved(op, seq, first, own))) {
      const child = await op.tx.get<TaskRow>(
        "select * from tasks where parent = ? and deleted_at is null order by updated_at desc, seq limit 1",
        [seq],
      );
      await followChild(op, child!, seq);
    }
  }
}

/** What it lay under, and what it lies under now. */
const parentsOf = (row: TaskRow, facts: readonly Fact[]): readonly number[] =>
  [row.parent, facts.find(({ kind, name }) => kind === "column" && name === "parent")?.before].filter(
    (parent) => typeof parent === "number",
  );

/** True when somebody else opened, closed, added or deleted a child of this task since. */
async function childrenMoved(op: Op, parent: number, first: number, own: ReadonlySet<number>): Promise<boolean> {
  const row = await op.tx.get(
    `select 1 from tasks t join changes c on c.subject = t.uid and c.entity = 'task'
     where t.parent = ? and c.op > ? and c.op not in (select value from json_each(?))
       and (c.before is null or json_type(c.after, '$.status') is not null or json_type(c.after, '$.deleted_at') is not null
         or json_type(c.after, '$.parent') is not null)
     limit 1`,
    [parent, first, JSON.stringify([...own])],
  );
  return row !== undefined;
}

const MOST_TOLD = 100;

function refused(conflicts: readonly UndoConflict[]): WerkError {
  const [first] = conflicts;
  const who = first!.actor === null ? "" : ` by ${first!.actor}`;
  const more = conflicts.length > 1 ? ` (and ${conflicts.length - 1} more)` : "";
  const later = conflicts.find(({ op }) => op !== null)?.op;
  return new WerkError(
    "UNDO_CONFLICT",
    `${first!.task} ${first!.field}: ${first!.reason}${who}${more}. Nothing was taken back.`,
    {
      hint: later
        ? `What came later goes first:  taskwerk undo --op ${later}`
        : `See what happened:  taskwerk log ${first!.task}`,
      details: { conflicts: conflicts.slice(0, MOST_TOLD), total: conflicts.length },
    },
  );
}

const purged = (ops: readonly OpRow[]): WerkError =>
  new WerkError("UNDO_CONFLICT", "what it said of a task was purged, and is gone for good.", {
    hint: "A backup may have it:  taskwerk help db restore",
    details: { conflicts: [], op: ops[0]!.op },
  });
