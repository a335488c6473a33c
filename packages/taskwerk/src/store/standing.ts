import { statSync } from "node:fs";
import { join } from "node:path";
import { STORE_FILE } from "@taskwerk/contract/api-file";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { Reader } from "@taskwerk/sqlite/database";
import { type Migration, pendingSteps } from "@taskwerk/sqlite/migrate";
import type { Store } from "./open.ts";

/**
 * For programs that have a store open for long: asks before each piece of work whether it still is that store. What was
 * deleted, or replaced as `db restore` does, can still be written to and nobody would ever see it; what a newer program
 * migrated must not be written to. Throws then, for good, and tells `onLost` the first time.
 */
export function keepStanding(
  store: Store,
  migrations: readonly Migration[],
  onLost: (error: WerkError) => void,
): Store {
  const file = join(store.dir, STORE_FILE);
  const mine = statSync(file, { throwIfNoEntry: false, bigint: true });
  const state = { lost: null as WerkError | null };
  const lose = (error: WerkError): WerkError => {
    if (!state.lost) onLost(error);
    state.lost ??= error;
    return state.lost;
  };
  const stand = (): void => {
    if (state.lost) throw state.lost;
    const there = statSync(file, { throwIfNoEntry: false, bigint: true });
    if (!there) throw lose(gone(file));
    if (there.ino !== mine?.ino || there.dev !== mine.dev) throw lose(replaced(file));
  };
  const check = async (reader: Reader): Promise<void> => {
    stand();
    try {
      await pendingSteps(reader, file, migrations);
    } catch (error) {
      throw isWerkError(error) && error.code === "SCHEMA_TOO_NEW" ? lose(error) : error;
    }
  };
  return {
    ...store,
    read: (work) =>
      store.read(async (reader) => {
        await check(reader);
        return work(reader);
      }),
    async write(work) {
      // Before the day's copy is made too.
      stand();
      return store.write(async (tx) => {
        await check(tx);
        return work(tx);
      });
    },
  };
}

const gone = (file: string): WerkError =>
  new WerkError("STORE_NOT_FOUND", `${file} was deleted under this server.`, {
    hint: "Where is the store now?  taskwerk where",
  });

const replaced = (file: string): WerkError =>
  new WerkError("STORE_UNREADABLE", `another file lies in the place of ${file} since this server opened it.`, {
    hint: "Serve what is there now:  taskwerk api start",
  });
