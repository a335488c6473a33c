import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { environmentLayers, layerConfig } from "@taskwerk/config/layers";
import { readConfigFile, readConfigText } from "@taskwerk/config/read-config-file";
import type { ConfigSchema, ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import { CONFIG_KEYS, CONFIG_VARIABLES, KEY_ALIASES } from "./config-keys.ts";

export interface ConfigPlaces {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** The file that holds the sha256 of the repository's configuration that the user has agreed to. */
  readonly pinFile: string;
  /** The user is just agreeing to it: the pin is not looked at. */
  readonly agreeing?: boolean;
}

/** The repository's own configuration file. */
export const REPOSITORY_FILE = ".conductor.yml";

const SCHEMA: ConfigSchema = {
  ...CONFIG_KEYS,
  ...Object.fromEntries(Object.entries(KEY_ALIASES).map(([alias, key]) => [alias, CONFIG_KEYS[key]])),
};

/**
 * The user's file, then the repository's if the user has agreed to exactly this text, then the environment.
 * Throws CONFIG_INVALID, CONFIG_UNTRUSTED.
 */
export async function readConfig(places: ConfigPlaces): Promise<ConfigValues> {
  const user = join(userDir(places), "config.yml");
  const repository = join(places.root, REPOSITORY_FILE);
  const text = await textOf(repository);
  if (text !== null && !places.agreeing && (await textOf(places.pinFile))?.trim() !== digestOf(text))
    throw new WerkError("CONFIG_UNTRUSTED", `${REPOSITORY_FILE} has not been agreed to, or has changed since`, {
      hint: "Read it, then:  conductor init",
      details: { file: repository },
    });
  const layers = [
    { source: user, values: await readConfigFile(user, SCHEMA) },
    ...(text === null
      ? []
      : [{ source: REPOSITORY_FILE, values: await readConfigText(text, REPOSITORY_FILE, SCHEMA), foreign: true }]),
    ...environmentLayers(CONFIG_KEYS, CONFIG_VARIABLES, places.env),
  ].map((layer) => ({ ...layer, values: canonical(layer.values) }));
  const config = layerConfig(CONFIG_KEYS, layers);
  const refused = config.refused[0];
  if (refused)
    throw new WerkError("CONFIG_INVALID", `${refused.key} in ${refused.source} counts only in your own file, ${user}`, {
      field: refused.key,
    });
  return config.values;
}

const canonical = (values: ConfigValues): ConfigValues =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [KEY_ALIASES[key] ?? key, value]));

const userDir = ({ env, homeDir }: ConfigPlaces): string =>
  join(env.XDG_CONFIG_HOME || join(homeDir, ".config"), "conductor");

/** What is written down when the user agrees to a configuration. */
export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

export async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
