import { lookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { WerkError } from "@taskwerk/contract/errors";
import type { Delivered } from "@taskwerk/contract/webhook";
import { holderOf, leaveRole, takeRole } from "../store/deliverers.ts";
import type { Store } from "../store/open.ts";
import { anyDue } from "../store/take-deliveries.ts";
import { watchStore } from "../store/watch-store.ts";
import type { WebhookRow } from "../store/webhook-row.ts";
import { sendTest } from "./attempt.ts";
import { deliveryMode } from "./background.ts";
import { type DeliverWorld, deliver } from "./deliver.ts";
import type { Resolve } from "./post.ts";
import { afterAttempt } from "./schedule.ts";

/** An attempt may take so long, from the look at the name to the end of the answer. */
const TIMEOUT_MS = 20_000;
/** A process on its own waits for what is due so soon, e.g. a second attempt. */
const GRACE_MS = 10_000;
/** Where the system tells of no change, it is looked for so often. */
const LOOK_MS = 60_000;
/** A server that could not go on tries again after this. */
const AFTER_FAULT_MS = 5_000;
/** It looks so often whether there is more after it gave up its role; then somebody else's turn has come. */
const MOST_TURNS = 1_000;

/** What sending needs of the process. */
export interface WebhookWorld {
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly version: string;
}

/** The system's resolver: what any program on this machine would connect to. */
const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })) as Awaited<ReturnType<Resolve>>;

const worldOf = async (store: Store, world: WebhookWorld): Promise<DeliverWorld> => ({
  ...world,
  store,
  holder: await holderOf(world.pid),
  random: Math.random,
  resolve: systemResolve,
  timeoutMs: TIMEOUT_MS,
});

/** Sends what is due, and answers when nothing is; a second attempt that comes soon is waited for where it is `alone`. */
export async function deliverDue(store: Store, given: WebhookWorld, alone: boolean): Promise<Delivered> {
  const world = await worldOf(store, given);
  if (!alone) return { ran: true, ...(await deliver(world, { kind: "idle", graceMs: 0 })) };
  const all = { ran: false, delivered: 0, failed: 0, dead: 0, pending: 0, next_at: null as string | null };
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    if (!(await takeRole(store, "detached", world.holder))) return all;
    try {
      const { delivered, failed, dead, pending, next_at } = await deliver(world, { kind: "idle", graceMs: GRACE_MS });
      Object.assign(all, { ran: true, pending, next_at });
      all.delivered += delivered;
      all.failed += failed;
      all.dead += dead;
    } finally {
      await leaveRole(store, "detached", world.holder);
    }
    // Who wrote since the last look may have seen the role taken, and left it to us.
    const now = world.now().toISOString();
    if (!(await store.read((reader) => anyDue(reader, now)))) return all;
  }
  return all;
}

/**
 * Delivers beside the API server, whatever process writes to the store, until what it gives is called. That says whether
 * something is left that is due: who wrote meanwhile left it to the server.
 */
export async function deliverWhileServing(store: Store, given: WebhookWorld): Promise<() => Promise<boolean>> {
  const world = await worldOf(store, given);
  const ending = new AbortController();
  const role = { taken: false };
  /** The configuration may change while a server runs. */
  const may = async (): Promise<boolean> => (await deliveryMode(store)) !== "off";
  /** Who has nowhere to deliver to writes nothing: a server that only answers leaves the store's files as they are. */
  const take = async (): Promise<boolean> => {
    if (role.taken || !(await may()) || !(await hasWebhooks(store))) return role.taken;
    await takeRole(store, "server", world.holder);
    role.taken = true;
    return true;
  };
  await take();
  const watch = watchStore(store.dir);
  const told = { ring: (): void => undefined };
  void (async () => {
    while (!ending.signal.aborted) {
      await watch.next(LOOK_MS);
      told.ring();
    }
  })();
  const changed = (ring: () => void): void => {
    told.ring = ring;
  };
  const nextChange = (): Promise<void> => new Promise(changed);
  const deliverOn = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      if (!(await take().catch(() => false))) {
        await nextChange();
        continue;
      }
      await deliver(world, { kind: "stopped", signal: ending.signal, changed, may }).catch(
        // The store could not be written, e.g. its disk is full: what is due stays due.
        () => sleep(AFTER_FAULT_MS, undefined, { signal: ending.signal }).catch(() => undefined),
      );
    }
  };
  const running = deliverOn();
  return async () => {
    ending.abort();
    told.ring();
    await running;
    watch.close();
    if (!role.taken) return false;
    await leaveRole(store, "server", world.holder);
    return store.read((reader) => anyDue(reader, world.now().toISOString()));
  };
}

const hasWebhooks = async (store: Store): Promise<boolean> =>
  (await store.read((reader) => reader.get("select 1 from webhooks limit 1"))) !== undefined;

/** Sends one test, now, and gives the HTTP status. Throws WEBHOOK_FAILED. */
export async function testWebhook(
  store: Store,
  given: WebhookWorld,
  { webhook, message, actor }: { readonly webhook: WebhookRow; readonly message: string; readonly actor: string },
): Promise<number> {
  const world = { ...(await worldOf(store, given)), signal: new AbortController().signal, actor };
  const answer = await sendTest(webhook, message, world);
  const { status, error, next } = afterAttempt(answer, 1, given.now(), Math.random);
  if (next.kind === "delivered") return status!;
  throw new WerkError("WEBHOOK_FAILED", `${webhook.url}: ${error}`, {
    hint: "What happens meanwhile waits and is tried again:  taskwerk webhook deliveries --failed",
    details: { webhook: webhook.id, status },
  });
}
