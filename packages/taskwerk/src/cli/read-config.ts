import { join } from "node:path";
import { environmentLayers, layerConfig } from "@taskwerk/config/layers";
import { readConfigFile } from "@taskwerk/config/read-config-file";
import type { ConfigValues } from "@taskwerk/config/schema";
import { CONFIG_KEYS, CONFIG_VARIABLES } from "./config-keys.ts";

/** The user's file, then the store's, then the environment. Throws CONFIG_INVALID naming the file and the key. */
export async function readConfig(
  store: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ConfigValues> {
  const base = env.XDG_CONFIG_HOME || (env.HOME ? join(env.HOME, ".config") : null);
  const paths = [...(base ? [join(base, "taskwerk", "config.yml")] : []), join(store, "config.yml")];
  const files = await Promise.all(
    paths.map(async (path) => ({ source: path, values: await readConfigFile(path, CONFIG_KEYS) })),
  );
  return layerConfig(CONFIG_KEYS, [...files, ...environmentLayers(CONFIG_KEYS, CONFIG_VARIABLES, env)]).values;
}
