import type { TaskEvent } from "@taskwerk/contract/event";
import type { Reader, Tx } from "@taskwerk/sqlite/database";
import { messageId } from "./deliveries.ts";
import type { WebhookRow } from "./webhook-row.ts";

/** A delivery that is to be tried now, with all that is sent. */
export interface DueDelivery {
  readonly id: number;
  readonly webhook: WebhookRow;
  readonly message: string;
  readonly seq: number;
  readonly attempts: number;
  readonly event: TaskEvent;
  /** The task as the event left it. */
  readonly task: Readonly<Record<string, unknown>> | null;
}

/** What is still to arrive, and when the next of it is due; null: nothing is. */
export interface NextDue {
  readonly at: string | null;
  readonly pending: number;
}

/** Webhooks to which something may be sent at a moment. */
const OPEN = "w.active = 1 and (w.throttled_until is null or w.throttled_until <= ?)";
const FREE = "(d.lease is null or d.lease_until <= ?)";

/** When the next delivery is due: those that somebody has are, when his time is over. */
export async function nextDue(reader: Reader): Promise<NextDue> {
  const row = await reader.get<NextDue>(
    `select min(max(d.next_at, coalesce(d.lease_until, ''), coalesce(w.throttled_until, ''))) as at, count(*) as pending
     from deliveries d join webhooks w on w.id = d.webhook and w.active = 1 where d.state = 'pending'`,
  );
  return row!;
}

/**
 * The first moment after `now` at which something else may be sent than now; null: none is known. For who is sending already:
 * what is due now and not taken has no room, and waits for what is on its way.
 */
export async function nextTurn(reader: Reader, now: string): Promise<string | null> {
  const row = await reader.get<{ at: string | null }>(
    `select min(at) as at from (
       select (select min(d.next_at) from deliveries d
         where d.webhook = w.id and d.state = 'pending' and d.next_at > ?) as at from webhooks w where w.active = 1
       union all select w.throttled_until from webhooks w where w.active = 1 and w.throttled_until > ?)`,
    [now, now],
  );
  return row!.at;
}

/** True when something could be tried now. */
export const anyDue = async (reader: Reader, now: string): Promise<boolean> =>
  (await reader.get(
    `select 1 from webhooks w where ${OPEN} and exists (
       select 1 from deliveries d where d.webhook = w.id and d.state = 'pending' and d.next_at <= ? and ${FREE})`,
    [now, now, now],
  )) !== undefined;

/** Webhooks to which something may be sent, with what became of the last attempts. */
export const openWebhooks = (reader: Reader, now: string): Promise<WebhookRow[]> =>
  reader.all<WebhookRow>(`select * from webhooks w where ${OPEN}`, [now]);

/** Takes up to `most` deliveries of a webhook that are due, for `holder`, until a moment: nobody else tries them before. */
export async function takeDeliveries(
  tx: Tx,
  webhook: WebhookRow,
  most: number,
  { holder, now, until }: { readonly holder: string; readonly now: string; readonly until: string },
): Promise<readonly DueDelivery[]> {
  const taken = await tx.all<{ id: number }>(
    `update deliveries set lease = ?, lease_until = ? where id in (
       select d.id from deliveries d where d.webhook = ? and d.state = 'pending' and d.next_at <= ? and d.seq is not null
       and ${FREE} order by d.next_at, d.id limit ?) returning id`,
    [holder, until, webhook.id, now, now, most],
  );
  if (taken.length === 0) return [];
  const rows = await tx.all<Taken>(
    `select d.id, d.seq, d.attempts, d.task, e.cursor, e.n, e.type, e.subject, e.data, o.op, o.at, o.actor, o.session
     from deliveries d join events e on e.cursor = d.event join ops o on o.seq = e.op
     where d.id in (select value from json_each(?)) order by d.id`,
    [JSON.stringify(taken.map(({ id }) => id))],
  );
  return rows.map(({ id, seq, attempts, task, cursor, n, type, subject, data, op, at, actor, session }) => ({
    id,
    webhook,
    message: messageId(op, n, webhook.id),
    seq,
    attempts,
    event: { id: `${op}.${n}`, cursor, type, time: at, actor, session, op, subject, data: JSON.parse(data) },
    task: task === null ? null : JSON.parse(task),
  }));
}

interface Taken extends Pick<TaskEvent, "cursor" | "type" | "subject" | "op" | "actor" | "session"> {
  readonly id: number;
  readonly seq: number;
  readonly attempts: number;
  readonly task: string | null;
  readonly n: number;
  readonly data: string;
  readonly at: string;
}

/** Who has taken deliveries. */
export const leaseHolders = async (reader: Reader): Promise<readonly string[]> =>
  (await reader.all<{ lease: string }>("select distinct lease from deliveries where lease is not null")).map(
    ({ lease }) => lease,
  );

/** Gives back what somebody has taken who is no more. */
export const freeLeases = (tx: Tx, holder: string): Promise<number> =>
  tx.run("update deliveries set lease = null, lease_until = null where lease = ?", [holder]);
