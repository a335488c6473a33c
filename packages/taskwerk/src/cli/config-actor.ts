import { readFileSync, statSync } from "node:fs";
import type { ConfigValues } from "@taskwerk/config/schema";

/** A file is small; what is larger is refused by whoever reads it. */
const MOST_BYTES = 256 * 1024;

/**
 * Who acts, as the configuration says; null where it does not. Every command asks, and the parser of YAML is larger than all
 * the rest: so `read` is called only when one of `files` has the word, or an escape that could spell it.
 */
export async function configActor(files: readonly string[], read: () => Promise<ConfigValues>): Promise<string | null> {
  if (!files.some(maySay)) return null;
  const { actor } = await read();
  return typeof actor === "string" && actor.trim() !== "" ? actor : null;
}

function maySay(file: string): boolean {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile()) return false;
    return found.size > MOST_BYTES || /actor|\\/.test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}
