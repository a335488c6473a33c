import { environmentLayers, type Layer, layerConfig } from "@taskwerk/config/layers";
import { readConfigFile } from "@taskwerk/config/read-config-file";
import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import { storeConfigFile, userConfigFile } from "./config-files.ts";
import { CONFIG_KEYS, CONFIG_VARIABLES } from "./config-keys.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What each place says, what is nearer later: the user's file, the store's (null: there is no store), the environment.
 * Throws CONFIG_INVALID naming the file, the line and the key.
 */
export async function readLayers(store: string | null, env: Env): Promise<readonly Layer[]> {
  const places = [
    { source: userConfigFile(env), foreign: false },
    // It may have come with a repository: somebody else's text.
    { source: store && storeConfigFile(store), foreign: true },
  ];
  const files = await Promise.all(
    places.map(async ({ source, foreign }) =>
      source === null ? [] : [{ source, foreign, values: await readConfigFile(source, CONFIG_KEYS) }],
    ),
  );
  return [...files.flat(), ...environmentLayers(CONFIG_KEYS, CONFIG_VARIABLES, env)];
}

/** What counts after all of them, without defaults. Throws CONFIG_INVALID, also for a key that only the user may set. */
export async function readConfig(store: string | null, env: Env): Promise<ConfigValues> {
  const layers = await readLayers(store, env);
  const { values, refused } = layerConfig(CONFIG_KEYS, layers);
  // An empty list, as in the example file that somebody copied, asks for nothing.
  const first = refused.find(({ key, source }) => {
    const value = layers.find((layer) => layer.source === source)?.values[key];
    return !(Array.isArray(value) && value.length === 0);
  });
  if (!first) return values;
  throw notHere(first.key, first.source, userConfigFile(env));
}

/** The error for a key that a store's own file may not set. */
export const notHere = (key: string, source: string, own: string | null): WerkError =>
  new WerkError("CONFIG_INVALID", `${key} counts only in your own file${own ? `, ${own}` : ""}: not in ${source}.`, {
    hint: `Set it there:  taskwerk config set --user ${key} VALUE`,
    field: key,
  });
