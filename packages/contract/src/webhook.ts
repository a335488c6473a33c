/** Webhooks: where taskwerk tells of what happened, after Standard Webhooks 1.0.0 (https://www.standardwebhooks.com). */
import { z } from "zod";
import type { EventType, TaskEvent } from "./event.ts";
import { LIMITS } from "./limits.ts";

/**
 * Which addresses a webhook may lead to: those of the internet; this machine too; or any, also of private networks. Multicast
 * and addresses that nobody has are refused to all of them.
 */
export type WebhookReach = "public" | "loopback" | "private";

const url = z.string().min(1).max(LIMITS.url);
const id = z.string().min(1).max(LIMITS.word);
/** Event types, or the beginning of some: `task.*`. */
const events = z.array(z.string().min(1).max(LIMITS.word)).max(LIMITS.listItems);
const where = z.string().max(LIMITS.query);

/** The input of `webhook.add`. */
export const AddWebhook = z.strictObject({
  url,
  /** Which events it gets; all of them when there are none. */
  events: events.optional(),
  /** A query: only events of tasks that fit it as they are after the change. */
  where: where.optional(),
  /** It may lead to this machine and into private networks. */
  allow_private: z.boolean().optional(),
});
export type AddWebhook = z.infer<typeof AddWebhook>;

/** The input of `webhook.update`. `where: null` takes the query away, `active: true` switches it on again. */
export const UpdateWebhook = z.strictObject({
  id,
  url: url.optional(),
  events: events.optional(),
  where: where.nullable().optional(),
  allow_private: z.boolean().optional(),
  active: z.boolean().optional(),
});
export type UpdateWebhook = z.infer<typeof UpdateWebhook>;

/** The input of `webhook.rm`, `webhook.secret` and `webhook.test`. */
export const NamedWebhook = z.strictObject({ id });
export type NamedWebhook = z.infer<typeof NamedWebhook>;

/** The input of `webhook.rotate`. */
export const RotateWebhook = z.strictObject({
  id,
  /** How long the old secret signs beside the new one. Default: a day. */
  keep_seconds: z.number().int().min(0).max(LIMITS.keepSecretSeconds).optional(),
});
export type RotateWebhook = z.infer<typeof RotateWebhook>;

/** The input of `webhook.deliveries`, the newest first. */
export const ListDeliveries = z.strictObject({
  /** A webhook, or a delivery's number. */
  id: id.optional(),
  /** Only what failed at least once and has not arrived. */
  failed: z.boolean().optional(),
  limit: z.number().int().min(0).optional(),
  cursor: z.string().optional(),
});
export type ListDeliveries = z.infer<typeof ListDeliveries>;

/** The input of `webhook.replay`: one of the three, `failed` and `since` of one webhook or of all. */
export const ReplayDeliveries = z.strictObject({
  /** One delivery, whatever became of it. */
  id: z.number().int().min(1).optional(),
  /** All that were given up. */
  failed: z.boolean().optional(),
  /** All of events since then, also what has arrived. */
  since: z.string().optional(),
  webhook: id.optional(),
});
export type ReplayDeliveries = z.infer<typeof ReplayDeliveries>;

/** The input of `webhook.deliver`. */
export const DeliverNow = z.strictObject({
  /** Only when nobody else delivers, and then also what is due within the next seconds. */
  alone: z.boolean().optional(),
});
export type DeliverNow = z.infer<typeof DeliverNow>;

/** A webhook, without its secret. */
export interface Webhook {
  /** `w1`, `w2`; never given twice. */
  readonly id: string;
  readonly url: string;
  /** What was asked for; every event when it is empty. */
  readonly events: readonly string[];
  readonly where: string | null;
  readonly reach: WebhookReach;
  readonly active: boolean;
  /** gone: its receiver answered 410; off: somebody switched it off. */
  readonly disabled_because: "gone" | "off" | null;
  /** The key of the configuration it stands in; null: a command made it. */
  readonly source: string | null;
  /** The variable that its secret comes from; null: the store has it. */
  readonly secret_env: string | null;
  /** Until then the secret before the last rotation signs too. */
  readonly old_secret_until: string | null;
  readonly created_at: string;
  readonly created_by: string;
  /** Deliveries that are still to arrive, and those that were given up. */
  readonly pending: number;
  readonly dead: number;
  /** Attempts that failed since the last success. */
  readonly failing: number;
  /** Its receiver asked for quiet until then. */
  readonly throttled_until: string | null;
}

/** A webhook with the secret that signs its deliveries. */
export interface WebhookSecret extends Webhook {
  readonly secret: string;
}

/** One event on its way to one webhook. */
export interface Delivery {
  readonly id: number;
  readonly webhook: string;
  /** The `webhook-id` header: the same on every attempt. */
  readonly message: string;
  /** Counts the deliveries of one webhook; null until an older program's delivery was looked at. */
  readonly seq: number | null;
  /** The event's cursor. */
  readonly event: number;
  readonly type: EventType;
  readonly subject: string;
  readonly time: string;
  /** dead: given up, until somebody replays it. */
  readonly state: "pending" | "delivered" | "dead";
  readonly attempts: number;
  /** When it is tried next; null when it will not be. */
  readonly next_at: string | null;
  /** The last attempt: when, the HTTP status, and what went wrong. */
  readonly last_at: string | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** What came of a test. One that does not arrive is the error WEBHOOK_FAILED. */
export interface WebhookTest {
  readonly webhook: string;
  readonly url: string;
  readonly message: string;
  readonly status: number;
}

/** What came of sending what was due. */
export interface Delivered {
  /** False: somebody else delivers, and nothing was done. */
  readonly ran: boolean;
  readonly delivered: number;
  /** Attempts that failed, and deliveries that were given up with that. */
  readonly failed: number;
  readonly dead: number;
  /** What is still to arrive, and when the next of it is tried. */
  readonly pending: number;
  readonly next_at: string | null;
}

/** The body of a delivery: an event, numbered for its webhook. At most 20,000 bytes. */
export interface WebhookBody extends Omit<TaskEvent, "type"> {
  readonly type: EventType | "webhook.test";
  /** The event's time, under the name that Standard Webhooks gives it. */
  readonly timestamp: string;
  readonly webhook: string;
  readonly seq: number;
  /** The task as the event left it: id, uid, title, status, priority, assignee, parent, tags, rev. */
  readonly task: Readonly<Record<string, unknown>> | null;
  /** Names in `data` that were shortened or left out, and where in the API all of it is; absent when nothing was. */
  readonly cut?: { readonly fields: readonly string[]; readonly whole: string };
}
