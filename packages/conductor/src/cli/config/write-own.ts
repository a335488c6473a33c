import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readConfigText } from "@taskwerk/config/read-config-file";
import type { ConfigValue } from "@taskwerk/config/schema";
import type { App } from "../app.ts";
import { type CONFIG_KEYS, KEY_ALIASES } from "../config-keys.ts";
import { CONFIG_SCHEMA, textOf, userFileOf } from "../read-config.ts";

/** The other name of a key. */
const aliasOf = (key: string): string => Object.entries(KEY_ALIASES).find(([, of]) => of === key)?.[0] ?? key;

/** Writes a value into the user's own file, or takes it out with null; comments stay. Answers the file. */
export async function writeOwn(app: App, key: keyof typeof CONFIG_KEYS, value: ConfigValue | null): Promise<string> {
  const { editConfig } = await import("@taskwerk/config/edit-config");
  const userFile = userFileOf(app.configPlaces);
  let text = (await textOf(userFile)) ?? "";
  // It may stand there by its short name.
  const names = [key, ...Object.entries(KEY_ALIASES).flatMap(([alias, of]) => (of === key ? [alias] : []))];
  const there = await readConfigText(text, userFile, CONFIG_SCHEMA);
  const standing = names.filter((name) => there[name] !== undefined);
  for (const name of value === null ? standing : standing.slice(1)) text = editConfig(text, name, null);
  if (value !== null) {
    // Under one name there is a list or there are keys: those make room.
    for (const below of Object.keys(there).filter((name) => name.startsWith(`${key}.`)))
      text = editConfig(editConfig(text, below, null), aliasOf(below), there[below]!);
    const free = names.find((name) => !Object.keys(there).some((other) => name.startsWith(`${other}.`)));
    text = editConfig(text, standing[0] ?? free ?? key, value);
  }
  await mkdir(dirname(userFile), { recursive: true, mode: 0o700 });
  const part = `${userFile}.${app.world.pid}.tmp`;
  await writeFile(part, text, { mode: 0o600 });
  await rename(part, userFile);
  return userFile;
}
