import type { EventData, EventType } from "@taskwerk/contract/event";
import type { SqlValue, Tx } from "@taskwerk/sqlite/database";
import { type Chain, chainOf } from "./chain.ts";
import { insertRows } from "./insert-rows.ts";
import { READY_AT } from "./read-task.ts";
import { ensureSession } from "./sessions.ts";

/** Who changes something, what for, and with which clock and ids. */
export interface OpStart {
  /** The operation's name, e.g. task.add. */
  readonly name: string;
  readonly actor: string;
  readonly session: string | null;
  readonly now: Date;
  readonly newUid: () => string;
  /** What display ids begin with. */
  readonly prefix: string;
  /** The operation that this one takes back; the newest of several. */
  undoOf?: string;
}

/** As it will be written. What is kept of 100,000 tasks until the end of their import are texts, not objects. */
type EventDraft = readonly [type: EventType, subject: string, data: string];
type ChangeDraft = readonly [entity: string, subject: string, before: string | null, after: string | null];

/**
 * One operation that writes, inside its transaction. It gathers what happened; `finishOp` writes the log, the events and
 * the deliveries, in the same transaction as the rows.
 */
export interface Op extends OpStart {
  readonly tx: Tx;
  readonly id: string;
  /** The moment of all its changes, RFC 3339. */
  readonly at: string;
  readonly warnings: string[];
  /** Tasks from which something that held them fell away; some of them may be ready now. */
  readonly released: Set<number>;
  /** New tasks, and all that were ever in `released`: those that are ready at the end are told of. */
  readonly maybeReady: Set<number>;
  /** Tasks it changed, for the session. */
  readonly touched: Set<number>;
  readonly changes: ChangeDraft[];
  readonly events: EventDraft[];
  /** A webhook has a delivery that is due. */
  due: boolean;
}

/** Starts an operation; makes its session when that is new. */
export async function beginOp(tx: Tx, start: OpStart): Promise<Op> {
  const op: Op = {
    ...start,
    tx,
    id: start.newUid(),
    at: start.now.toISOString(),
    warnings: [],
    released: new Set(),
    maybeReady: new Set(),
    touched: new Set(),
    changes: [],
    events: [],
    due: false,
  };
  if (op.session !== null && (await ensureSession(tx, op.session, op.actor, op.at))) {
    emit(op, "session.started", op.session, sessionStarted(op));
  }
  return op;
}

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** What the event of a session that begins, or begins again, says. */
export const sessionStarted = ({ actor, at }: Pick<Op, "actor" | "at">): EventData => ({
  before: null,
  after: { actor, started_at: at },
});

/** Notes that something happened. `subject` is a display id, or a session's name. */
export const emit = (op: Op, type: EventType, subject: string, data: EventData): void => {
  op.events.push([type, subject, JSON.stringify(data)]);
};

/** Notes a change of a row for the append-only log: what was, and what is. `subject` is a uid. */
export const logChange = (op: Op, entity: string, subject: string, before: unknown, after: unknown): void => {
  op.changes.push([entity, subject, jsonOrNull(before), jsonOrNull(after)]);
};

/** Writes the operation, its changes, events and deliveries. False when nothing happened; then nothing is written. */
export async function finishOp(op: Op): Promise<boolean> {
  const { tx, changes, events } = op;
  await tellReady(op);
  if (changes.length === 0 && events.length === 0) return false;
  const last = await tx.get<{ seq: number; hash: string }>("select seq, hash from ops order by seq desc limit 1");
  const seq = (last?.seq ?? 0) + 1;
  const chain = chainOf(last?.hash ?? "", [seq, op.id, op.name, op.actor, op.session, op.at]);
  await tx.run("insert into ops (seq, op, name, actor, session, at, undo_of, hash) values (?, ?, ?, ?, ?, ?, ?, '')", [
    seq,
    op.id,
    op.name,
    op.actor,
    op.session,
    op.at,
    op.undoOf ?? null,
  ]);
  await insertRows(tx, "changes", ["op", "entity", "subject", "before", "after"], changeRows(seq, changes, chain));
  await writeEvents(op, seq, chain);
  await tx.run("update ops set hash = ? where seq = ?", [chain.end(), seq]);
  if (op.session !== null && op.touched.size > 0) {
    await tx.run(
      "insert into task_sessions (session, task) select ?, value from json_each(?) where true on conflict do nothing",
      [op.session, JSON.stringify([...op.touched])],
    );
  }
  return true;
}

/** Tells of every task that this operation made ready, the most urgent first; not of one that it then took back. */
async function tellReady(op: Op): Promise<void> {
  const some = new Set([...op.maybeReady, ...op.released]);
  if (some.size === 0) return;
  const rows = await op.tx.all<{ id: string }>(
    `select id from tasks where seq in (select value from json_each(?)) and ${READY_AT}
     order by priority, due_key, dependants_key, seq`,
    [JSON.stringify([...some]), op.at, op.at],
  );
  for (const { id } of rows) emit(op, "task.ready", id, { before: { ready: false }, after: { ready: true } });
}

function* changeRows(op: number, changes: readonly ChangeDraft[], chain: Chain): Generator<readonly SqlValue[]> {
  for (const [entity, subject, before, after] of changes) {
    chain.add(entity, subject, before, after);
    yield [op, entity, subject, before, after];
  }
}

async function writeEvents(op: Op, seq: number, chain: Chain): Promise<void> {
  const hooked = await op.tx.get<{ cursor: number }>(
    "select coalesce((select max(cursor) from events), 0) as cursor where exists (select 1 from webhooks where active = 1)",
  );
  await insertRows(op.tx, "events", ["op", "n", "type", "subject", "data"], eventRows(seq, op.events, chain));
  // Loaded only where there is a webhook: it reads queries.
  if (hooked) op.due = await (await import("./outbox.ts")).fillOutbox(op, hooked.cursor);
}

function* eventRows(op: number, events: readonly EventDraft[], chain: Chain): Generator<readonly SqlValue[]> {
  let n = 0;
  for (const [type, subject, data] of events) {
    n += 1;
    chain.event(type, subject, data);
    yield [op, n, type, subject, data];
  }
}
