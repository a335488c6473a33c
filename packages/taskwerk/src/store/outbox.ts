import { type ErrorCode, isWerkError } from "@taskwerk/contract/errors";
import type { Tx } from "@taskwerk/sqlite/database";
import { readQuery } from "../core/query/read-query.ts";
import type { WebhookRow } from "./webhook-row.ts";
import { type Where, whereAll } from "./where.ts";

/** The transaction of a change, and its moment. */
interface Filling {
  readonly tx: Tx;
  /** What display ids begin with. */
  readonly prefix: string;
  readonly now: Date;
  readonly at: string;
}

/** What a delivery says of its task: as it was when the event happened. Nothing for what is no task's event. */
const TASK = `case when e.type glob 'task.*' then (
  select json_object('id', t.id, 'uid', t.uid, 'title', t.title, 'status', t.status,
    'priority', case t.priority when 0 then 'critical' when 1 then 'high' when 2 then 'medium' else 'low' end,
    'assignee', t.assignee, 'parent', (select p.id from tasks p where p.seq = t.parent),
    'tags', json((select json_group_array(tag) from (select tag from tags where task = t.seq order by tag limit 50))),
    'rev', t.rev)
  from tasks t where t.id = e.subject) end`;

/**
 * Puts a delivery into the outbox for every event after the cursor `since` and every webhook that wants it, in the
 * transaction of the change itself: neither is there without the other. A webhook's query is asked of the task as the change
 * leaves it. True when something is due, of now or of earlier.
 */
export async function fillOutbox(op: Filling, since: number): Promise<boolean> {
  const { tx } = op;
  for (const webhook of await tx.all<WebhookRow>("select * from webhooks where active = 1 order by id")) {
    const filter = await filterOf(op, webhook);
    const added = await tx.run(
      `insert into deliveries (webhook, event, next_at, seq, task)
       select ?, e.cursor, ?, ? + row_number() over (order by e.cursor), ${TASK}
       from events e where e.cursor > ? and ${TYPES} and (${filter.sql}) order by e.cursor`,
      [webhook.id, op.at, webhook.last_seq, since, webhook.types, webhook.types, ...filter.params],
    );
    if (added > 0) await tx.run("update webhooks set last_seq = last_seq + ? where id = ?", [added, webhook.id]);
  }
  const due = await tx.get(
    `select 1 from webhooks w where w.active = 1 and (w.throttled_until is null or w.throttled_until <= ?)
     and exists (select 1 from deliveries d where d.webhook = w.id and d.state = 'pending' and d.next_at <= ?)`,
    [op.at, op.at],
  );
  return due !== undefined;
}

const TYPES = "(? is null or e.type in (select value from json_each(?)))";

/**
 * Deliveries that a program of an older schema wrote: gives them their numbers. Those of tasks that do not fit the webhook's
 * query, as they are now, are taken out.
 */
export async function adoptDeliveries(op: Filling): Promise<void> {
  const { tx } = op;
  const orphans = await tx.all<WebhookRow>(
    "select * from webhooks where id in (select webhook from deliveries where seq is null)",
  );
  for (const webhook of orphans) {
    const filter = await filterOf(op, webhook);
    await tx.run(
      `delete from deliveries where webhook = ? and state = 'pending' and seq is null
       and event not in (select e.cursor from events e where (${filter.sql}))`,
      [webhook.id, ...filter.params],
    );
    const added = await tx.run(
      `update deliveries set seq = ? + numbered.n
       from (select id, row_number() over (order by id) as n from deliveries where webhook = ? and seq is null) as numbered
       where deliveries.id = numbered.id`,
      [webhook.last_seq, webhook.id],
    );
    await tx.run("update webhooks set last_seq = last_seq + ? where id = ?", [added, webhook.id]);
  }
}

/** A webhook's query as SQL on an event `e`; one that says nothing any more fits nothing. `me` is who made the webhook; dates count from the change. */
async function filterOf({ tx, prefix, now }: Filling, { query, created_by }: WebhookRow): Promise<Where> {
  if (query === null) return { sql: "true", params: [] };
  try {
    const { condition } = readQuery(query, { actor: created_by, now });
    const where = await whereAll(tx, prefix, [condition]);
    return {
      sql: `e.type glob 'task.*' and e.subject in (select id from tasks where ${where.sql})`,
      params: where.params,
    };
  } catch (error) {
    // The change itself is not at fault.
    if (isWerkError(error) && NO_MORE.has(error.code)) return { sql: "false", params: [] };
    throw error;
  }
}

/**
 * A query that could be asked when its webhook was made says nothing any more: what it named is gone for good, the end of a
 * uid is that of several by now, or now lies behind the end of a range.
 */
const NO_MORE: ReadonlySet<ErrorCode> = new Set([
  "TASK_NOT_FOUND",
  "SESSION_NOT_FOUND",
  "AMBIGUOUS_ID",
  "INVALID_QUERY",
]);
