import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { EVENT_TYPES, type EventType } from "@taskwerk/contract/event";
import type { Tx } from "@taskwerk/sqlite/database";
import { readQuery } from "../core/query/read-query.ts";
import { deleteWebhook, insertWebhook, setWebhook } from "./edit-webhooks.ts";
import { checkWebhookUrl, statedWhereabouts } from "./webhook-reach.ts";
import { MOST_WEBHOOKS, type WebhookRow } from "./webhook-row.ts";
import { newWebhookSecret } from "./webhook-secret.ts";

/** A webhook as a configuration file has it. */
export interface ConfigWebhook {
  readonly url: string;
  readonly secret_env?: string;
  readonly where?: string;
}

/** Keys of the configuration → the webhooks under each. */
export type ConfigWebhooks = Readonly<Record<ConfigWebhookKey, readonly ConfigWebhook[]>>;

/** What each key stands for; `task_updated` is all that happens to a task but its beginning and its completion. */
export const CONFIG_WEBHOOK_EVENTS = {
  "webhooks.task_created": ["task.created"],
  "webhooks.task_updated": EVENT_TYPES.filter(
    (type) => type.startsWith("task.") && type !== "task.created" && type !== "task.completed",
  ),
  "webhooks.task_completed": ["task.completed"],
} as const satisfies Record<string, readonly EventType[]>;
export type ConfigWebhookKey = keyof typeof CONFIG_WEBHOOK_EVENTS;

/** Who a webhook of the configuration was made by: what `me` means in its query. */
const CONFIG_ACTOR = "config";

/**
 * Makes the store's webhooks those of the configuration: new ones get a secret and what happens from now on, ones that are
 * gone go with what waits for them. Throws CONFIG_INVALID naming the key, and changes nothing then.
 */
export async function followConfigWebhooks(tx: Tx, wanted: ConfigWebhooks, at: string): Promise<void> {
  const there = await tx.all<WebhookRow>("select * from webhooks where source is not null");
  const drafts = Object.entries(wanted).flatMap(([key, list]) =>
    list.map((one) => draftOf(key as ConfigWebhookKey, one, at)),
  );
  const kept = new Set<string>();
  for (const draft of drafts) {
    const same = there.find((row) => row.source === draft.source && row.url === draft.url && !kept.has(row.id));
    if (same) {
      kept.add(same.id);
      const { query, reach, secret_env, types, events } = draft;
      const secret = secret_env === null && same.secret === "" ? newWebhookSecret() : same.secret;
      await setWebhook(tx, same.id, { query, reach, secret_env, types, events, secret });
    } else kept.add(await insertWebhook(tx, draft));
  }
  for (const row of there) if (!kept.has(row.id)) await deleteWebhook(tx, row.id);
  const all = await tx.get<{ n: number }>("select count(*) as n from webhooks");
  if (all!.n > MOST_WEBHOOKS) {
    throw new WerkError(
      "CONFIG_INVALID",
      `a store has at most ${MOST_WEBHOOKS} webhooks; with those of the file there are ${all!.n}.`,
    );
  }
}

function draftOf(key: ConfigWebhookKey, { url, secret_env, where }: ConfigWebhook, at: string) {
  try {
    // A file that names this very machine means it. A name that leads here by its DNS does not say so.
    const reach = URL.canParse(url) && statedWhereabouts(new URL(url)) === "loopback" ? "loopback" : "public";
    if (where !== undefined) readQuery(where, { actor: CONFIG_ACTOR, now: new Date(at) });
    return {
      url: checkWebhookUrl(url, reach),
      secret: secret_env === undefined ? newWebhookSecret() : "",
      types: JSON.stringify(CONFIG_WEBHOOK_EVENTS[key]),
      created_at: at,
      events: JSON.stringify(key === "webhooks.task_updated" ? ["task.*"] : CONFIG_WEBHOOK_EVENTS[key]),
      query: where ?? null,
      reach,
      source: key,
      secret_env: secret_env ?? null,
      created_by: CONFIG_ACTOR,
    } as const;
  } catch (error) {
    if (!isWerkError(error)) throw error;
    throw new WerkError("CONFIG_INVALID", `${key}: ${error.message}`, {
      field: key,
      cause: error,
      ...(error.hint === null ? {} : { hint: error.hint }),
    });
  }
}
