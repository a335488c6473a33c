import type { EventType } from "@taskwerk/contract/event";
import type { SqlValue, Tx } from "@taskwerk/sqlite/database";
import { type Chain, chainOf } from "./chain.ts";
import { insertRows } from "./insert-rows.ts";
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

interface EventDraft {
  readonly type: EventType;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}
interface ChangeDraft {
  readonly entity: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

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
    touched: new Set(),
    changes: [],
    events: [],
    due: false,
  };
  if (op.session !== null && (await ensureSession(tx, op.session, op.actor, op.at))) {
    emit(op, "session.started", op.session, {});
  }
  return op;
}

/** Notes that something happened. `subject` is a display id, or a session's name. */
export const emit = (op: Op, type: EventType, subject: string, data: Readonly<Record<string, unknown>>): void => {
  op.events.push({ type, subject, data });
};

/** Notes a change of a row for the append-only log: what was, and what is. `subject` is a uid. */
export const logChange = (op: Op, entity: string, subject: string, before: unknown, after: unknown): void => {
  op.changes.push({ entity, subject, before, after });
};

/** Writes the operation, its changes, events and deliveries. False when nothing happened; then nothing is written. */
export async function finishOp(op: Op): Promise<boolean> {
  const { tx, changes, events } = op;
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

function* changeRows(op: number, changes: readonly ChangeDraft[], chain: Chain): Generator<readonly SqlValue[]> {
  for (const { entity, subject, before, after } of changes) {
    const row = [op, entity, subject, jsonOrNull(before), jsonOrNull(after)] as const;
    chain.add(row[1], row[2], row[3], row[4]);
    yield row;
  }
}

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

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
  for (const { type, subject, data } of events) {
    n += 1;
    const text = JSON.stringify(data);
    chain.event(type, subject, text);
    yield [op, n, type, subject, text];
  }
}
