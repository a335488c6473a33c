import type { Attempted } from "../store/settle-deliveries.ts";
import type { DueDelivery } from "../store/take-deliveries.ts";
import type { WebhookRow } from "../store/webhook-row.ts";
import { attempt, type SendWorld } from "./attempt.ts";

/**
 * Attempts at once: to one webhook; in all. A webhook to which nothing is being sent does not wait for the others whatever
 * they do. `taken`: deliveries of one webhook that are at hand, those being sent among them; of one that fails there is one.
 */
export const AT_ONCE = { one: 4, all: 64, taken: 32 } as const;

/** Deliveries that were taken: some are being sent, the rest waits here for its turn. */
export interface Flight {
  /** How many more of a webhook may be taken. */
  readonly roomFor: (webhook: WebhookRow) => number;
  readonly begin: (taken: readonly DueDelivery[]) => void;
  /** How many are being sent or wait. */
  readonly busy: () => number;
  /** What came of attempts, for whoever takes it out and notes it. */
  readonly ended: Attempted[];
  /** What waits is not sent. */
  readonly giveBack: () => void;
  /** What is being sent is broken off. */
  readonly breakOff: () => void;
}

/** `landed` is called with every attempt that has ended. */
export function makeFlight(world: Omit<SendWorld, "signal">, landed: () => void): Flight {
  const breaking = new AbortController();
  const sending = new Map<string, number>();
  const ended: Attempted[] = [];
  let waiting: DueDelivery[] = [];
  const sendingTo = (webhook: string): number => sending.get(webhook) ?? 0;
  const inAll = (): number => [...sending.values()].reduce((sum, n) => sum + n, 0);

  const giveBack = (which: (delivery: DueDelivery) => boolean): void => {
    for (const { id, webhook } of waiting.filter(which)) {
      const at = world.now().toISOString();
      ended.push({
        id,
        webhook: webhook.id,
        url: webhook.url,
        at,
        status: null,
        error: null,
        next: { kind: "dropped" },
        quietUntil: null,
      });
    }
    waiting = waiting.filter((delivery) => !which(delivery));
  };
  const send = (delivery: DueDelivery): void => {
    const { id } = delivery.webhook;
    sending.set(id, sendingTo(id) + 1);
    void attempt(delivery, { ...world, signal: breaking.signal }).then((what) => {
      sending.set(id, sendingTo(id) - 1);
      ended.push(what);
      // The others of a webhook that fails wait until that is noted: then they come one by one, or not at all.
      if (what.next.kind !== "delivered") giveBack(({ webhook }) => webhook.id === id);
      launch();
      landed();
    });
  };
  const launch = (): void => {
    const later: DueDelivery[] = [];
    for (const delivery of waiting.splice(0)) {
      const own = sendingTo(delivery.webhook.id);
      if (own === 0 || (own < AT_ONCE.one && inAll() < AT_ONCE.all)) send(delivery);
      else later.push(delivery);
    }
    waiting = later;
  };
  return {
    ended,
    roomFor: ({ id, failing }) => {
      const own = sendingTo(id) + waiting.filter(({ webhook }) => webhook.id === id).length;
      return Math.max(0, (failing > 0 ? 1 : AT_ONCE.taken) - own);
    },
    begin(taken) {
      waiting.push(...taken);
      launch();
    },
    busy: () => inAll() + waiting.length,
    giveBack: () => giveBack(() => true),
    breakOff: () => breaking.abort(),
  };
}
