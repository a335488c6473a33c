import type { Webhook, WebhookReach } from "@taskwerk/contract/webhook";
import type { Reader } from "@taskwerk/sqlite/database";

/** A row of `webhooks`. */
export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  /** '' where the secret comes from the environment. */
  readonly secret: string;
  /** The event types that it gets, as a JSON list; null = every one. */
  readonly types: string | null;
  readonly active: 0 | 1;
  readonly created_at: string;
  /** What was asked for, as a JSON list: `task.*` is kept as it was typed. */
  readonly events: string;
  readonly query: string | null;
  readonly reach: WebhookReach;
  /** The key of the configuration that it stands in; null where a command made it. */
  readonly source: string | null;
  readonly secret_env: string | null;
  readonly old_secret: string | null;
  readonly old_secret_until: string | null;
  readonly created_by: string;
  readonly last_seq: number;
  readonly disabled_because: "gone" | "off" | null;
  readonly throttled_until: string | null;
  /** Attempts that failed since the last one that did not. */
  readonly failing: number;
}

interface Counted extends WebhookRow {
  readonly pending: number;
  readonly dead: number;
}

/** How many webhooks a store has at most: what sends them all at once stays small. */
export const MOST_WEBHOOKS = 50;

const COUNTED = `select w.*,
  (select count(*) from deliveries d where d.webhook = w.id and d.state = 'pending') as pending,
  (select count(*) from deliveries d where d.webhook = w.id and d.state = 'dead') as dead
  from webhooks w`;

/** All webhooks as they travel, in the order in which they came. */
export const listWebhooks = async (reader: Reader): Promise<readonly Webhook[]> =>
  (await reader.all<Counted>(`${COUNTED} order by length(w.id), w.id`)).map(webhookOf);

/** One webhook as it travels; undefined when there is none of that id. */
export async function webhookNamed(reader: Reader, id: string): Promise<Webhook | undefined> {
  const row = await reader.get<Counted>(`${COUNTED} where w.id = ?`, [id]);
  return row && webhookOf(row);
}

/** Its row; undefined when there is none of that id. */
export const webhookRow = (reader: Reader, id: string): Promise<WebhookRow | undefined> =>
  reader.get<WebhookRow>("select * from webhooks where id = ?", [id]);

/** Everything but the secrets. */
function webhookOf(row: Counted): Webhook {
  return {
    id: row.id,
    url: row.url,
    events: JSON.parse(row.events),
    where: row.query,
    reach: row.reach,
    active: row.active === 1,
    disabled_because: row.disabled_because,
    source: row.source,
    secret_env: row.secret_env,
    old_secret_until: row.old_secret_until,
    created_at: row.created_at,
    created_by: row.created_by,
    pending: row.pending,
    dead: row.dead,
    failing: row.failing,
    throttled_until: row.throttled_until,
  };
}
