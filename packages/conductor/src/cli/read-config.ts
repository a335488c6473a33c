import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, environmentLayers, type Layer, layerConfig } from "@taskwerk/config/layers";
import { type OnFault, readConfigFile, readConfigText } from "@taskwerk/config/read-config-file";
import type { ConfigSchema, ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import { CONFIG_KEYS, CONFIG_VARIABLES, KEY_ALIASES } from "./config-keys.ts";

export interface ConfigPlaces {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** What the demo that made this directory needs, over what the user's file says; null: no demo did. */
  readonly demoFile?: string | null;
  /** The file that holds the sha256 of the repository's configuration that the user has agreed to. */
  readonly pinFile: string;
  /** The user is just agreeing to it: the pin is not looked at. */
  readonly agreeing?: boolean;
  /** The sha256 that is agreed to on the command line, instead of the pin's. */
  readonly trusting?: string | undefined;
}

/** The repository's own configuration file. */
export const REPOSITORY_FILE = ".conductor.yml";

/** Every key by its long name and by its short one. */
export const CONFIG_SCHEMA: ConfigSchema = {
  ...CONFIG_KEYS,
  ...Object.fromEntries(Object.entries(KEY_ALIASES).map(([alias, key]) => [alias, CONFIG_KEYS[key]])),
};

/** Whether the repository's file counts. `none`: there is no such file. `changed`: it was agreed to, and is another now. */
export type Trust = "none" | "trusted" | "changed" | "new";

export interface ConfigLayers {
  /** What is nearer comes later: the user's file, a demo's, the repository's, the environment. */
  readonly layers: readonly Layer[];
  readonly userFile: string;
  readonly repositoryFile: string;
  readonly trust: Trust;
}

/** Every place that says something, whether it counts or not. Throws CONFIG_INVALID, for a key's own fault unless `onFault` is told of it. */
export async function readLayers(places: ConfigPlaces, onFault?: OnFault): Promise<ConfigLayers> {
  const repositoryFile = join(places.root, REPOSITORY_FILE);
  const text = await textOf(repositoryFile);
  return {
    layers: await layersWith(places, text, await userLayer(places, onFault), onFault),
    userFile: userFileOf(places),
    repositoryFile,
    trust: await trustIn(places, text),
  };
}

async function userLayer(places: ConfigPlaces, onFault?: OnFault): Promise<Layer> {
  const source = userFileOf(places);
  return { source, values: await readConfigFile(source, CONFIG_SCHEMA, onFault) };
}

async function demoLayers({ demoFile }: ConfigPlaces): Promise<readonly Layer[]> {
  return demoFile ? [{ source: demoFile, values: await readConfigFile(demoFile, CONFIG_SCHEMA) }] : [];
}

/** The layers, of which the repository's has this text. */
async function layersWith(
  places: ConfigPlaces,
  text: string | null,
  user?: Layer,
  onFault?: OnFault,
): Promise<readonly Layer[]> {
  return [
    user ?? (await userLayer(places)),
    ...(await demoLayers(places)),
    ...(text === null
      ? []
      : [
          {
            source: REPOSITORY_FILE,
            values: await readConfigText(text, REPOSITORY_FILE, CONFIG_SCHEMA, onFault),
            foreign: true,
          },
        ]),
    ...environmentLayers(CONFIG_KEYS, CONFIG_VARIABLES, places.env),
  ].map((layer) => ({ ...layer, values: canonical(layer.values) }));
}

async function trustIn({ pinFile, trusting }: ConfigPlaces, text: string | null): Promise<Trust> {
  if (text === null) return "none";
  const pin = trusting ?? (await textOf(pinFile))?.trim();
  return pin === digestOf(text) ? "trusted" : pin === undefined ? "new" : "changed";
}

/**
 * The user's file, then the repository's if the user has agreed to exactly this text, then the environment.
 * Throws CONFIG_INVALID, CONFIG_UNTRUSTED.
 */
export async function readConfig(places: ConfigPlaces): Promise<ConfigValues> {
  // One reading: what was agreed to is exactly what is parsed, and of what nobody has agreed to nothing counts.
  const text = await textOf(join(places.root, REPOSITORY_FILE));
  const trust = await trustIn(places, text);
  if (!places.agreeing && (trust === "new" || trust === "changed")) {
    // What is wrong with it is said first: nobody could agree to it.
    await layersWith(places, text);
    throw new WerkError(
      "CONFIG_UNTRUSTED",
      places.trusting !== undefined
        ? `${REPOSITORY_FILE} is not the one that --trust-config names`
        : trust === "new"
          ? `${REPOSITORY_FILE} has not been agreed to`
          : `${REPOSITORY_FILE} has changed since you agreed to it`,
      {
        hint: "See it, and agree:  conductor trust     In CI:  --trust-config SHA256",
        details: { file: join(places.root, REPOSITORY_FILE) },
      },
    );
  }
  return (await laid(places, text)).values;
}

/**
 * Reads the user's file now, and then the configuration with any text of the repository's over it, e.g. that of a commit. Nobody is
 * asked whether it was agreed to, so only what a repository's scripts could say as well may be taken from it. Throws CONFIG_INVALID.
 */
export async function configReader(places: ConfigPlaces): Promise<(text: string | null) => Promise<Config>> {
  const user = await userLayer(places);
  return (text) => laid(places, text, user);
}

async function laid(places: ConfigPlaces, text: string | null, user?: Layer): Promise<Config> {
  const config = layerConfig(CONFIG_KEYS, await layersWith(places, text, user));
  const refused = config.refused[0];
  if (refused)
    throw new WerkError(
      "CONFIG_INVALID",
      `${refused.key} in ${refused.source} counts only in your own file, ${userFileOf(places)}`,
      {
        field: refused.key,
      },
    );
  return config;
}

const canonical = (values: ConfigValues): ConfigValues =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [KEY_ALIASES[key] ?? key, value]));

/** The user's own file. */
export const userFileOf = ({ env, homeDir }: ConfigPlaces): string =>
  join(env.XDG_CONFIG_HOME || join(homeDir, ".config"), "conductor", "config.yml");

/** What a text is recognised by: its sha256. */
export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

export async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
