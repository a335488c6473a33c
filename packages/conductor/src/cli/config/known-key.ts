import type { KeySpec } from "@taskwerk/config/schema";
import { unknownKeyError } from "@taskwerk/config/unknown-key";
import { CONFIG_KEYS, KEY_ALIASES } from "../config-keys.ts";

/** The key that a word names, by its long name, and what it takes. Throws CONFIG_INVALID with the nearest one. */
export function knownKey(word: string): { readonly key: keyof typeof CONFIG_KEYS; readonly spec: KeySpec } {
  const key = KEY_ALIASES[word] ?? word;
  if (Object.hasOwn(CONFIG_KEYS, key)) {
    const known = key as keyof typeof CONFIG_KEYS;
    return { key: known, spec: CONFIG_KEYS[known] };
  }
  throw unknownKeyError(word, [...Object.keys(CONFIG_KEYS), ...Object.keys(KEY_ALIASES)], "conductor");
}
