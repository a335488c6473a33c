/** What answers about webhooks hold, as schemas. */
import { z } from "zod";
import { EVENT_TYPES } from "../event.ts";

const word = z.string();
const count = z.number().int();

const Webhook = z.object({
  id: word,
  url: word,
  events: z.array(word),
  where: word.nullable(),
  reach: z.enum(["public", "loopback", "private"]),
  active: z.boolean(),
  disabled_because: z.enum(["gone", "off"]).nullable(),
  source: word.nullable(),
  secret_env: word.nullable(),
  old_secret_until: word.nullable(),
  created_at: word,
  created_by: word,
  pending: count,
  dead: count,
  failing: count,
  throttled_until: word.nullable(),
});
const WithSecret = Webhook.extend({ secret: word });

/** Kind → `data`. */
export const WEBHOOK_ANSWERS = {
  "webhook.list": z.array(Webhook),
  "webhook.add": WithSecret,
  "webhook.update": Webhook,
  "webhook.rm": Webhook,
  "webhook.rotate": WithSecret,
  "webhook.secret": WithSecret,
  "webhook.test": z.object({ webhook: word, url: word, message: word, status: count }),
  "webhook.deliveries": z.array(
    z.object({
      id: count,
      webhook: word,
      message: word,
      seq: count.nullable(),
      event: count,
      type: z.enum(EVENT_TYPES),
      subject: word,
      time: word,
      state: z.enum(["pending", "delivered", "dead"]),
      attempts: count,
      next_at: word.nullable(),
      last_at: word.nullable(),
      last_status: count.nullable(),
      last_error: word.nullable(),
    }),
  ),
  "webhook.replay": z.object({ replayed: count }),
  "webhook.deliver": z.object({
    ran: z.boolean(),
    delivered: count,
    failed: count,
    dead: count,
    pending: count,
    next_at: word.nullable(),
  }),
} as const;
