import { isWerkError } from "@taskwerk/contract/errors";
import type { WebhookBody } from "@taskwerk/contract/webhook";
import type { Attempted } from "../store/settle-deliveries.ts";
import type { DueDelivery } from "../store/take-deliveries.ts";
import type { WebhookRow } from "../store/webhook-row.ts";
import { bodyOf } from "./body-of.ts";
import { type PostWorld, post } from "./post.ts";
import { type Answer, afterAttempt } from "./schedule.ts";
import { secretsOf } from "./secrets-of.ts";
import { signed } from "./sign.ts";

/** What sending needs from outside. */
export interface SendWorld extends PostWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Tries one delivery once, and says what follows from it. Never throws. */
export async function attempt(delivery: DueDelivery, world: SendWorld): Promise<Attempted> {
  const { id, webhook, message, seq, event, task, attempts } = delivery;
  const body = bodyOf({ ...event, timestamp: event.time, webhook: webhook.id, seq, task });
  const answer = await sendBody(webhook, message, body, world);
  const now = world.now();
  const after = afterAttempt(answer, attempts + 1, now, world.random);
  return { id, webhook: webhook.id, url: webhook.url, at: now.toISOString(), ...after };
}

/** Sends a test to a webhook: no delivery of it is kept, and nothing follows from it. */
export async function sendTest(
  webhook: WebhookRow,
  message: string,
  { actor, ...world }: SendWorld & { readonly actor: string },
): Promise<Answer> {
  const time = world.now().toISOString();
  const body: WebhookBody = {
    id: message,
    cursor: 0,
    type: "webhook.test",
    time,
    timestamp: time,
    actor,
    session: null,
    op: message,
    subject: webhook.id,
    data: {},
    webhook: webhook.id,
    seq: 0,
    task: null,
  };
  return sendBody(webhook, message, bodyOf(body), world);
}

async function sendBody(webhook: WebhookRow, id: string, body: string, world: SendWorld): Promise<Answer> {
  try {
    const at = world.now();
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "user-agent": `taskwerk/${world.version}`,
      ...signed({ id, body, at }, secretsOf(webhook, at, world.env)),
    };
    return await post({ url: webhook.url, reach: webhook.reach, headers, body }, world);
  } catch (error) {
    return { kind: "failed", error: isWerkError(error) ? error.message : `a defect of taskwerk: ${String(error)}` };
  }
}
