import type { Tx } from "@taskwerk/sqlite/database";

/** What became of one attempt. */
export interface Attempted {
  readonly id: number;
  readonly webhook: string;
  /** Where it was sent. */
  readonly url: string;
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly next:
    | { readonly kind: "delivered" }
    /** Again at that moment. */
    | { readonly kind: "retry"; readonly at: string }
    | { readonly kind: "dead" }
    /** The receiver wants nothing any more: the webhook is switched off, with all that waits for it. */
    | { readonly kind: "gone" }
    /** It was broken off by ourselves, and does not count. */
    | { readonly kind: "dropped" };
  /** Nothing is sent to this webhook before. */
  readonly quietUntil: string | null;
}

/** Notes what became of attempts that `holder` made. */
export async function settleDeliveries(tx: Tx, holder: string, attempts: readonly Attempted[]): Promise<void> {
  for (const one of attempts) {
    if (one.next.kind === "dropped" || (one.next.kind === "gone" && (await leadsElsewhere(tx, one)))) {
      await tx.run("update deliveries set lease = null, lease_until = null where id = ? and lease = ?", [
        one.id,
        holder,
      ]);
    } else if (one.next.kind === "delivered") await settleSuccess(tx, one);
    else await settleFailure(tx, holder, one);
  }
}

/** Who wants nothing any more is not who would get it now. */
const leadsElsewhere = async (tx: Tx, { webhook, url }: Attempted): Promise<boolean> =>
  (await tx.get("select 1 from webhooks where id = ? and url <> ?", [webhook, url])) !== undefined;

/** It has arrived, whoever else is trying it by now. */
async function settleSuccess(tx: Tx, { id, webhook, at, status }: Attempted): Promise<void> {
  await tx.run(
    `update deliveries set state = 'delivered', attempts = attempts + 1, last_at = ?, last_status = ?, last_error = null,
       lease = null, lease_until = null where id = ? and state <> 'delivered'`,
    [at, status, id],
  );
  await tx.run(
    "update webhooks set failing = 0, throttled_until = null where id = ? and (failing > 0 or throttled_until is not null)",
    [webhook],
  );
}

async function settleFailure(tx: Tx, holder: string, { id, webhook, at, status, error, next, quietUntil }: Attempted) {
  const again = next.kind === "retry" ? next.at : null;
  await tx.run(
    `update deliveries set state = ?, attempts = attempts + 1, next_at = coalesce(?, next_at), last_at = ?, last_status = ?,
       last_error = ?, lease = null, lease_until = null where id = ? and lease = ?`,
    [again === null ? "dead" : "pending", again, at, status, error, id, holder],
  );
  await tx.run(
    `update webhooks set failing = failing + 1,
       throttled_until = case when ? > coalesce(throttled_until, '') then ? else throttled_until end where id = ?`,
    [quietUntil, quietUntil, webhook],
  );
  if (next.kind !== "gone") return;
  await tx.run("update webhooks set active = 0, disabled_because = 'gone' where id = ? and active = 1", [webhook]);
  await tx.run(
    `update deliveries set state = 'dead', last_at = ?, last_error = 'its receiver is gone (410)', lease = null, lease_until = null
     where webhook = ? and state = 'pending'`,
    [at, webhook],
  );
}

/** Forgets deliveries that arrived or were given up long ago, some at a time; says how many. */
export const forgetDeliveries = (
  tx: Tx,
  {
    arrivedBefore,
    givenUpBefore,
    most,
  }: { readonly arrivedBefore: string; readonly givenUpBefore: string; readonly most: number },
): Promise<number> =>
  tx.run(
    `delete from deliveries where id in (
       select id from deliveries where state <> 'pending' and last_at < case state when 'delivered' then ? else ? end
       order by last_at limit ?)`,
    [arrivedBefore, givenUpBefore, most],
  );
