/** Writers and what delivers for them, killed at any moment: what happened is told at least once, what did not never. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TaskEvent } from "@taskwerk/contract/event";
import type { Delivery } from "@taskwerk/contract/webhook";
import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { makeRig } from "../rig.ts";
import { openHookReceiver } from "../taskwerk/hook-receiver.ts";

/** What became of it. */
export interface KilledDeliveries {
  readonly events: number;
  readonly posts: number;
  /** Messages that came more than once: their sender died between the sending and the note of it. */
  readonly doubles: number;
  readonly writersKilled: number;
  readonly deliverersKilled: number;
}

/** Who is faster than his death does not count; so many rounds there are at most for each that is to die. */
const MOST_ROUNDS = 20;
/** How long one that is to be killed lives at most, milliseconds. */
const LONGEST_MS = 450;

/**
 * Kills `count` processes, one after the other: a write, or whoever delivers. Then lets what is left be delivered. Throws when
 * an event did not arrive, came under two ids, or something arrived that never happened.
 */
export async function killDeliveries(count: number, seed: number): Promise<KilledDeliveries> {
  const random = randomOf(seed);
  const [rig, hook] = await Promise.all([makeRig(), openHookReceiver()]);
  const killed = { writers: 0, deliverers: 0 };
  try {
    await rig.data("init");
    await rig.data("config", "set", "webhooks.delivery", "off");
    const { id: webhook } = await rig.data<{ id: string }>("webhook", "add", hook.url, "--allow-private");
    for (let n = 0; killed.writers + killed.deliverers < count; n += 1) {
      if (n > count * MOST_ROUNDS)
        throw new Error(`of ${n} only ${killed.writers + killed.deliverers} could be killed`);
      // Writes at once, so that there is something to deliver; one of the two at random dies.
      const deliverer = rig.start("taskwerk", ["webhook", "deliver"]);
      const writer = rig.start("taskwerk", ["add", `Task ${n}`]);
      const over = [writer, deliverer].map((child) => new Promise((ended) => child.once("close", ended)));
      await sleep(random.int(0, LONGEST_MS));
      const [victim, who] = random.pick([
        [writer, "writers"],
        [deliverer, "deliverers"],
      ] as const);
      if (victim.exitCode === null && victim.kill("SIGKILL")) killed[who] += 1;
      await Promise.all(over);
    }
    const { pending } = await rig.data<{ pending: number }>("webhook", "deliver");
    if (pending !== 0) throw new Error(`${pending} deliveries are still to arrive`);
    const events = await rig.data<readonly TaskEvent[]>("events", "list", "--limit", "10000");
    const deliveries = await rig.data<readonly Delivery[]>("webhook", "deliveries", "--limit", "0");
    const ids = new Map<string, Set<string>>();
    for (const { id, body } of hook.posts) ids.set(body.id, (ids.get(body.id) ?? new Set()).add(id));
    for (const { id, subject } of events) {
      if (ids.get(id)?.size !== 1) throw new Error(`${subject} (${id}) came under ${ids.get(id)?.size ?? 0} ids`);
    }
    const happened = new Set(events.map(({ id }) => id));
    for (const id of ids.keys()) if (!happened.has(id)) throw new Error(`${id} came and never happened`);
    const seqs = deliveries.map(({ seq }) => seq).sort((a, b) => a! - b!);
    if (seqs.some((seq, at) => seq !== at + 1)) throw new Error(`numbers of ${webhook}: ${seqs.join()}`);
    await rig.data("db", "check");
    return {
      events: events.length,
      posts: hook.posts.length,
      doubles: hook.posts.length - new Set(hook.posts.map(({ id }) => id)).size,
      writersKilled: killed.writers,
      deliverersKilled: killed.deliverers,
    };
  } finally {
    await rig.remove();
    await hook.close();
  }
}
