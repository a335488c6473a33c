import type { KeySpec } from "@taskwerk/config/schema";
import { unknownKeyError } from "@taskwerk/config/unknown-key";
import { CONFIG_KEYS, type ConfigKey } from "../config-keys.ts";

/** The key that a word names, and what it takes. Throws CONFIG_INVALID with the nearest one. */
export function knownKey(word: string): { readonly key: ConfigKey; readonly spec: KeySpec } {
  if (!Object.hasOwn(CONFIG_KEYS, word)) throw unknownKeyError(word, Object.keys(CONFIG_KEYS), "taskwerk");
  return { key: word as ConfigKey, spec: CONFIG_KEYS[word as ConfigKey] };
}
