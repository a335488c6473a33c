/** What API mode has of a store: main's wiring, loaded only there. */
import type { WerkError } from "@taskwerk/contract/errors";
import { type OperationName, ROUTES } from "@taskwerk/contract/routes";
import type { ServedStore } from "./api/api-control.ts";
import { callOperation } from "./operations/call.ts";
import { OPERATIONS } from "./operations/index.ts";
import { findTask } from "./store/find-task.ts";
import { MIGRATIONS, type Store } from "./store/open.ts";
import { keepStanding } from "./store/standing.ts";
import { systemError } from "./store/system-error.ts";
import { findToken } from "./store/tokens.ts";

const LOOK_MS = 5_000;

interface Wiring {
  readonly now: () => Date;
  readonly newUid: () => string;
  readonly onDefect: (error: unknown) => void;
  readonly storeFor: (dir: string, readonly: boolean) => Promise<Store>;
}

/** A connection that reads and one that writes, so that no read waits for a write; each looks whether the store still stands. */
export async function serveStore(dir: string, { now, newUid, onDefect, storeFor }: Wiring): Promise<ServedStore> {
  let lose: (error: WerkError) => void = () => undefined;
  const lost = new Promise<WerkError>((resolve) => {
    lose = resolve;
  });
  const writer = keepStanding(await storeFor(dir, false), MIGRATIONS, lose);
  const reader = keepStanding(await storeFor(dir, true), MIGRATIONS, lose);
  const schemaOf = async (name: OperationName) => (await OPERATIONS.find((one) => one.name === name)!.load()).input();
  // What every call needs is there before the first one comes.
  await schemaOf("task.list");
  // Nobody may call for days: a server does not outlive its store.
  const look = setInterval(() => void reader.read(async () => undefined).catch(() => undefined), LOOK_MS);
  return {
    run: (name, input, caller) =>
      callOperation(
        { ...caller, store: ROUTES[name].writes ? writer : reader, now, newUid },
        name,
        input as never,
      ) as never,
    schemaOf,
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
    close: async () => clearInterval(look),
  };
}
