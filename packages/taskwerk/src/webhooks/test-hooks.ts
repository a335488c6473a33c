import { EVENT_TYPES } from "@taskwerk/contract/event";
import type { Webhook, WebhookSecret } from "@taskwerk/contract/webhook";
import { openRig, type Rig } from "../operations/test-rig.ts";
import type { DeliverWorld } from "./deliver.ts";
import { deliver } from "./deliver.ts";
import type { Resolve } from "./post.ts";

/** A rig with webhooks and with what delivers to them, on the rig's clock. For tests. */
export interface Hooks {
  readonly rig: Rig;
  readonly world: DeliverWorld;
  /** Adds a webhook that may lead to this machine. Unless said otherwise it hears all but that tasks are ready. */
  add(url: string, more?: { readonly events?: string[]; readonly where?: string }): Promise<WebhookSecret>;
  /** Sends what is due by the rig's clock. */
  run(world?: Partial<DeliverWorld>): ReturnType<typeof deliver>;
  webhook(id: string): Promise<Webhook>;
  close(): Promise<void>;
}

/** No name leads anywhere; tests that need one bring their own. */
const resolve: Resolve = async (host) => {
  throw Object.assign(new Error(host), { code: "ENOTFOUND" });
};

const BUT_READY = EVENT_TYPES.filter((type) => type !== "task.ready");

export async function openHooks(): Promise<Hooks> {
  const rig = await openRig();
  const world: DeliverWorld = {
    store: rig.store,
    holder: "1 tester",
    now: rig.now,
    random: () => 0.5,
    env: {},
    version: "1.2.3",
    resolve,
    timeoutMs: 20_000,
  };
  return {
    rig,
    world,
    add: async (url, more = {}) =>
      (await rig.call("webhook.add", { url, allow_private: true, events: BUT_READY, ...more })).data,
    run: (other = {}) => deliver({ ...world, ...other }, { kind: "idle", graceMs: 0 }),
    webhook: async (id) => (await rig.call("webhook.list", {})).data.find((one) => one.id === id)!,
    close: rig.close,
  };
}
