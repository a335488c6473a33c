import { environmentLayers, type Layer, layerConfig } from "@taskwerk/config/layers";
import { readConfigFile } from "@taskwerk/config/read-config-file";
import type { ConfigValues } from "@taskwerk/config/schema";
import { storeConfigFile, userConfigFile } from "./config-files.ts";
import { CONFIG_KEYS, CONFIG_VARIABLES } from "./config-keys.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What each place says, what is nearer later: the user's file, the store's (null: there is no store), the environment.
 * Throws CONFIG_INVALID naming the file, the line and the key.
 */
export async function readLayers(store: string | null, env: Env): Promise<readonly Layer[]> {
  const paths = [userConfigFile(env), store && storeConfigFile(store)].filter((path) => path !== null);
  const files = await Promise.all(
    paths.map(async (path) => ({ source: path, values: await readConfigFile(path, CONFIG_KEYS) })),
  );
  return [...files, ...environmentLayers(CONFIG_KEYS, CONFIG_VARIABLES, env)];
}

/** What counts after all of them, without defaults. Throws CONFIG_INVALID. */
export const readConfig = async (store: string | null, env: Env): Promise<ConfigValues> =>
  layerConfig(CONFIG_KEYS, await readLayers(store, env)).values;
