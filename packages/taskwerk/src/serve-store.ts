/** What API mode has of a store: main's wiring, loaded only there. */
import type { Success } from "@taskwerk/contract/envelope";
import { isWerkError, type WerkError } from "@taskwerk/contract/errors";
import { type OperationName, ROUTES } from "@taskwerk/contract/routes";
import type { ServedStore } from "./api/api-control.ts";
import type { Caller } from "./cli/world.ts";
import { tellTime } from "./operations/clock/tell-time.ts";
import { eventsAfter } from "./operations/event/events-after.ts";
import { OPERATIONS } from "./operations/index.ts";
import { streamExport } from "./operations/task/export.ts";
import { eventCursor } from "./store/event-cursor.ts";
import { findTask } from "./store/find-task.ts";
import { MIGRATIONS, openStore, type Store } from "./store/open.ts";
import { keepStanding } from "./store/standing.ts";
import { systemError } from "./store/system-error.ts";
import { findToken } from "./store/tokens.ts";
import { watchStore } from "./store/watch-store.ts";
import { deliverWhileServing, type WebhookWorld } from "./webhooks/webhook-control.ts";

const LOOK_MS = 5_000;
/** How often a server looks what time alone has done. */
const TELL_TIME_MS = 1_000;

interface Wiring {
  readonly now: () => Date;
  readonly newUid: () => string;
  readonly onDefect: (error: unknown) => void;
  readonly storeFor: (dir: string, readonly: boolean) => Promise<Store>;
  readonly call: (store: Store, caller: Caller, name: OperationName, input: unknown) => Promise<Success<never>>;
  readonly followConfiguration: (store: Store) => Promise<void>;
  /** Has somebody send what is due. */
  readonly deliverBehind: (store: Store) => Promise<void>;
  readonly webhooks: WebhookWorld;
}

/** A connection that reads and one that writes, so that no read waits for a write; each looks whether the store still stands. */
export async function serveStore(dir: string, wiring: Wiring): Promise<ServedStore> {
  const { now, newUid, onDefect, storeFor, call } = wiring;
  const fate = { lost: false, lose: (_: WerkError): void => undefined };
  const lost = new Promise<WerkError>((resolve) => {
    fate.lose = (error) => {
      fate.lost = true;
      resolve(error);
    };
  });
  const writer = keepStanding(await storeFor(dir, false), MIGRATIONS, fate.lose);
  const reader = keepStanding(await storeFor(dir, true), MIGRATIONS, fate.lose);
  const schemaOf = async (name: OperationName) => (await OPERATIONS.find((one) => one.name === name)!.load()).input();
  // What every call needs is there before the first one comes.
  await schemaOf("task.list");
  // Nobody may call for days: a server does not outlive its store.
  const look = setInterval(() => void reader.read(async () => undefined).catch(() => undefined), LOOK_MS);
  const clock = tellTimeAlways(writer, reader, wiring);
  await wiring.followConfiguration(writer);
  const stopDelivering = await deliverWhileServing(writer, wiring.webhooks);
  return {
    run: (name, input, caller) => call(ROUTES[name].writes ? writer : reader, caller, name, input),
    schemaOf,
    exportTasks: async (input, caller, sink) => {
      // A reader may be slow: it has a connection of its own, for which nobody waits.
      const store = await openStore(dir, { readonly: true });
      try {
        await streamExport({ ...caller, store, now, newUid }, input, sink);
      } finally {
        await store.close();
      }
    },
    eventsAfter: (choice, limit) => reader.read((rows) => eventsAfter(rows, choice, limit)),
    newestEvent: () => reader.read(eventCursor),
    watch: () => watchStore(dir),
    onDefect,
    tokenOf: async (id) => (await reader.read((rows) => findToken(rows, id))) ?? null,
    uidOf: (id) =>
      reader
        .read((rows) => findTask(rows, reader.prefix, id))
        .then(
          ({ uid }) => uid,
          () => null,
        ),
    // Before a server can be found nobody calls it: only other programs that write wait for this.
    alone: (work) =>
      writer.write(work).catch((error: unknown) => {
        throw systemError(error, dir);
      }),
    lost,
    close: async () => {
      clearInterval(look);
      await clock.stop();
      // In a store that is lost nothing can be left in order.
      const left = await stopDelivering().catch((error: unknown) => {
        if (!fate.lost) throw error;
        return false;
      });
      if (left) await wiring.deliverBehind(writer);
    },
  };
}

/** Tells what time alone does, as long as the server stays. What fails is tried again the next time. */
function tellTimeAlways(writer: Store, reader: Store, { now, newUid, onDefect }: Wiring) {
  const state = { running: Promise.resolve(), busy: false };
  const timer = setInterval(() => {
    if (state.busy) return;
    state.busy = true;
    state.running = tellTime({ store: writer, now, newUid }, reader)
      .catch((error: unknown) => {
        if (!isWerkError(error)) onDefect(error);
      })
      .finally(() => {
        state.busy = false;
      });
  }, TELL_TIME_MS);
  return {
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await state.running;
    },
  };
}
