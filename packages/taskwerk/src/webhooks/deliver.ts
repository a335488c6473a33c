import { setTimeout as sleep } from "node:timers/promises";
import type { Delivered } from "@taskwerk/contract/webhook";
import { type Bell, makeBell } from "../store/bell.ts";
import { isHolderAlive } from "../store/deliverers.ts";
import type { Store } from "../store/open.ts";
import { adoptDeliveries } from "../store/outbox.ts";
import { type Attempted, forgetDeliveries, settleDeliveries } from "../store/settle-deliveries.ts";
import {
  anyDue,
  type DueDelivery,
  freeLeases,
  leaseHolders,
  nextDue,
  nextTurn,
  openWebhooks,
  takeDeliveries,
} from "../store/take-deliveries.ts";
import type { SendWorld } from "./attempt.ts";
import { type Flight, makeFlight } from "./flight.ts";

/** So long a delivery that was taken is nobody else's: well beyond the time until it was tried. */
const LEASE_MS = 300_000;
/** Without a sign that something changed it is looked for so often. */
const LOOK_MS = 30_000;
/** What ends within this time is noted in one transaction. */
const GATHER_MS = 20;
/** Who goes on until he is stopped tries again so long after a fault, or when something changed. */
const AFTER_FAULT_MS = 5_000;
/** What is being sent when an end is asked for may go on so long. */
const STOP_MS = 2_000;
/** Deliveries that arrived are kept for a week, those that were given up for a month. */
const DAY_MS = 86_400_000;
const [ARRIVED_DAYS, GIVEN_UP_DAYS, FORGOTTEN_AT_ONCE] = [7, 30, 1_000];

/** What delivering needs. */
export interface DeliverWorld extends Omit<SendWorld, "signal"> {
  readonly store: Store;
  /** Who delivers, as others can find out whether he lives. */
  readonly holder: string;
}

/**
 * How long it goes on. idle: until nothing is due, and nothing will be within `graceMs`. stopped: until the signal; `changed`
 * is called once with what has to be called whenever somebody may have written to the store, and after the signal; `may` is
 * asked before anything is taken.
 */
export type Until =
  | { readonly kind: "idle"; readonly graceMs: number }
  | {
      readonly kind: "stopped";
      readonly signal: AbortSignal;
      readonly changed: (ring: () => void) => void;
      readonly may: () => Promise<boolean>;
    };

/**
 * Sends what is due: some at a time of each webhook, so that one that is slow does not hold the others up. A delivery is
 * taken before it is tried, so that several processes do not try the same, and what one took that died is free again. What
 * came of an attempt is noted together with what is taken next, in one transaction.
 */
export async function deliver(world: DeliverWorld, until: Until): Promise<Omit<Delivered, "ran">> {
  const bell = makeBell();
  const flight = makeFlight(world, bell.ring);
  const report = { delivered: 0, failed: 0, dead: 0 };
  const stopped = (): boolean => until.kind === "stopped" && until.signal.aborted;
  if (until.kind === "stopped") until.changed(bell.ring);
  await freeOfTheDead(world);
  const turn = { more: true };
  while (turn.more && !stopped()) {
    try {
      turn.more = await takeTurn(world, { flight, report, bell }, until);
    } catch (error) {
      if (until.kind === "idle") throw error;
      // The store could not be written, e.g. its disk is full: what is due stays due, and what ended is noted later.
      await bell.wait(AFTER_FAULT_MS);
    }
  }
  await land(flight, bell);
  await settleAndTake(world, flight, report, false);
  await forget(world);
  const { at, pending } = await world.store.read(nextDue);
  return { ...report, pending, next_at: at };
}

/** Notes, takes, and waits until something has ended, is due or may have changed. False when there is nothing to wait for. */
async function takeTurn(
  world: DeliverWorld,
  { flight, report, bell }: { readonly flight: Flight; readonly report: Report; readonly bell: Bell },
  until: Until,
): Promise<boolean> {
  const more = until.kind === "idle" || (await until.may());
  await settleAndTake(world, flight, report, more);
  if (flight.busy() > 0) {
    await bell.wait(await untilNextTurn(world));
    await sleep(GATHER_MS);
    return true;
  }
  if (flight.ended.length > 0) return true;
  const waitMs = more ? await untilNext(world) : null;
  if (until.kind === "idle" && (waitMs === null || waitMs > until.graceMs)) return false;
  if (waitMs === null || waitMs > 0) await bell.wait(Math.min(waitMs ?? LOOK_MS, LOOK_MS));
  await freeOfTheDead(world);
  return true;
}

type Report = { -readonly [Name in "delivered" | "failed" | "dead"]: Delivered[Name] };

/** Notes what ended and, with `more`, takes what is due. Writes only where there is something to write. */
async function settleAndTake(world: DeliverWorld, flight: Flight, report: Report, more: boolean): Promise<void> {
  const { store, holder } = world;
  const now = world.now();
  const at = now.toISOString();
  const wanted = more && (await store.read((reader) => anyDue(reader, at)));
  const settled = flight.ended.splice(0);
  if (settled.length === 0 && !wanted) return;
  const lease = { holder, now: at, until: new Date(now.getTime() + LEASE_MS).toISOString() };
  let taken: readonly DueDelivery[];
  try {
    taken = await store.write(async (tx) => {
      await settleDeliveries(tx, holder, settled);
      const all: DueDelivery[] = [];
      if (!wanted) return all;
      await adoptDeliveries({ tx, prefix: store.prefix, now, at });
      for (const webhook of await openWebhooks(tx, at)) {
        const free = flight.roomFor(webhook);
        if (free > 0) all.push(...(await takeDeliveries(tx, webhook, free, lease)));
      }
      return all;
    });
  } catch (error) {
    // What came of attempts is noted with the next turn.
    flight.ended.unshift(...settled);
    throw error;
  }
  count(report, settled);
  flight.begin(taken);
}

function count(report: Report, settled: readonly Attempted[]): void {
  for (const { next } of settled) {
    if (next.kind === "dropped") continue;
    report[next.kind === "delivered" ? "delivered" : "failed"] += 1;
    if (next.kind === "dead" || next.kind === "gone") report.dead += 1;
  }
}

/** Milliseconds until something is due; null when nothing is on its way. */
async function untilNext({ store, now }: DeliverWorld): Promise<number | null> {
  const { at } = await store.read(nextDue);
  return at === null ? null : Math.max(0, Date.parse(at) - now().getTime());
}

/** Milliseconds until more may be sent, though something is on its way already. */
async function untilNextTurn({ store, now }: DeliverWorld): Promise<number> {
  const moment = now();
  const at = await store.read((reader) => nextTurn(reader, moment.toISOString()));
  return at === null ? LOOK_MS : Math.min(LOOK_MS, Date.parse(at) - moment.getTime());
}

/** Lets what is being sent come to its end, for a while. */
async function land(flight: Flight, bell: Bell): Promise<void> {
  flight.giveBack();
  const timer = setTimeout(flight.breakOff, STOP_MS);
  while (flight.busy() > 0) await bell.wait(LOOK_MS);
  clearTimeout(timer);
}

/** What a process took that lives no more is due again. */
async function freeOfTheDead({ store, holder }: DeliverWorld): Promise<void> {
  for (const other of await store.read(leaseHolders)) {
    if (other !== holder && !(await isHolderAlive(other))) await store.write((tx) => freeLeases(tx, other));
  }
}

async function forget({ store, now }: DeliverWorld): Promise<void> {
  const before = (days: number): string => new Date(now().getTime() - days * DAY_MS).toISOString();
  const [arrivedBefore, givenUpBefore] = [before(ARRIVED_DAYS), before(GIVEN_UP_DAYS)];
  const old = await store.read((reader) =>
    reader.get("select 1 from deliveries where state <> 'pending' and last_at < ? limit 1", [arrivedBefore]),
  );
  if (old) await store.write((tx) => forgetDeliveries(tx, { arrivedBefore, givenUpBefore, most: FORGOTTEN_AT_ONCE }));
}
