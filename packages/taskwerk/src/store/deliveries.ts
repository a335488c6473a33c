import type { Page } from "@taskwerk/contract/envelope";
import type { EventType } from "@taskwerk/contract/event";
import type { Delivery } from "@taskwerk/contract/webhook";
import type { Reader, Tx } from "@taskwerk/sqlite/database";
import { numberCursor } from "./number-cursor.ts";

interface Row extends Omit<Delivery, "message" | "next_at"> {
  readonly type: EventType;
  readonly next_at: string;
  readonly op: string;
  readonly n: number;
}

/** The `webhook-id` of a delivery: it is made of what never changes, so it is the same on every attempt. */
export const messageId = (op: string, n: number, webhook: string): string => `msg_${op}_${n}_${webhook}`;

const SELECT = `select d.id, d.webhook, d.seq, d.event, e.type, e.subject, o.at as time, d.state, d.attempts, d.next_at,
  d.last_at, d.last_status, d.last_error, o.op, e.n
  from deliveries d join events e on e.cursor = d.event join ops o on o.seq = e.op`;

/** Which deliveries are meant. */
export interface DeliveryChoice {
  readonly webhook?: string;
  readonly id?: number;
  readonly failed?: boolean;
}

/** One page of deliveries, the newest first. `limit` 0 is all of them. Throws INVALID_QUERY. */
export async function listDeliveries(
  reader: Reader,
  { webhook, id, failed }: DeliveryChoice,
  limit: number,
  cursor?: string,
): Promise<{ readonly deliveries: readonly Delivery[]; readonly page: Page }> {
  const choice = [
    ...(webhook === undefined ? [] : ["d.webhook = ?"]),
    ...(id === undefined ? [] : ["d.id = ?"]),
    ...(failed ? ["(d.state = 'dead' or (d.state = 'pending' and d.attempts > 0))"] : []),
  ];
  const params = [...(webhook === undefined ? [] : [webhook]), ...(id === undefined ? [] : [id])];
  const where = (more: readonly string[]): string => {
    const all = [...choice, ...more];
    return all.length === 0 ? "" : ` where ${all.join(" and ")}`;
  };
  const total = await reader.get<{ n: number }>(`select count(*) as n from deliveries d${where([])}`, params);
  const before = cursor === undefined ? [] : [numberCursor(cursor)];
  const rows = await reader.all<Row>(
    `${SELECT}${where(before.length === 0 ? [] : ["d.id < ?"])} order by d.id desc${limit > 0 ? " limit ?" : ""}`,
    [...params, ...before, ...(limit > 0 ? [limit + 1] : [])],
  );
  const truncated = limit > 0 && rows.length > limit;
  const deliveries = (truncated ? rows.slice(0, limit) : rows).map(deliveryOf);
  return {
    deliveries,
    page: {
      returned: deliveries.length,
      total: total!.n,
      truncated,
      cursor: truncated ? String(deliveries.at(-1)!.id) : null,
    },
  };
}

const deliveryOf = ({ op, n, next_at, ...row }: Row): Delivery => ({
  ...row,
  message: messageId(op, n, row.webhook),
  next_at: row.state === "pending" ? next_at : null,
});

/** Which deliveries are sent once more. */
export type Replay = { readonly id: number } | { readonly dead: true } | { readonly since: string };

/**
 * Makes deliveries due again, as if none had been tried, those of one webhook or of all. Says how many; what belongs to a
 * webhook that is switched off stays as it is.
 */
export async function replayDeliveries(tx: Tx, which: Replay, webhook: string | null, at: string): Promise<number> {
  const meant =
    "id" in which
      ? { sql: "id = ?", value: [which.id] }
      : "dead" in which
        ? { sql: "state = 'dead'", value: [] }
        : {
            sql: "state <> 'pending' and event in (select e.cursor from events e join ops o on o.seq = e.op where o.at >= ?)",
            value: [which.since],
          };
  return tx.run(
    `update deliveries set state = 'pending', attempts = 0, next_at = ?, lease = null, lease_until = null
     where ${meant.sql} and (? is null or webhook = ?) and webhook in (select id from webhooks where active = 1)`,
    [at, ...meant.value, webhook, webhook],
  );
}
