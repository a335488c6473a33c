import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import { storeConfigFile, userConfigFile } from "../config-files.ts";

/** Where configuration may stand. */
export interface ConfigPlaces {
  /** The user's own file; null where there is no home. */
  readonly user: string | null;
  /** The store that is meant, and its file; null where there is none. */
  readonly store: string | null;
  readonly file: string | null;
}

/** The places, whether their files are there or not. Without a store the user's own file still counts. */
export async function configPlaces(app: App): Promise<ConfigPlaces> {
  const store = await app.world.locateStore(app.target).catch((error: unknown) => {
    // A store that was named must be there.
    const named = app.target.store !== undefined || app.world.env.TASKWERK_DIR;
    if (!named && isWerkError(error) && error.code === "STORE_NOT_FOUND") return null;
    throw error;
  });
  return { user: userConfigFile(app.world.env), store, file: store && storeConfigFile(store) };
}

/** The file to write: the store's, or with `--user` the user's own. Throws STORE_NOT_FOUND, USAGE. */
export async function fileToWrite(app: App, user: boolean): Promise<string> {
  if (!user) return storeConfigFile(await app.world.locateStore(app.target));
  const file = userConfigFile(app.world.env);
  if (file !== null) return file;
  throw new WerkError("USAGE", "there is no place for your own settings: neither XDG_CONFIG_HOME nor HOME is set.", {
    hint: "For this store alone, leave --user out.",
    field: "user",
  });
}
