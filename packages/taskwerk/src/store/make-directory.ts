import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { syncDirectory } from "@taskwerk/sqlite/sync";
import { systemError } from "./system-error.ts";

/**
 * Makes a directory for its owner only (0700), and those above it; all their names are on the disk when it returns. One that
 * is there stays as it is. Throws READ_ONLY, STORE_FULL, STORE_UNREADABLE.
 */
export function makeDirectory(dir: string): void {
  try {
    const first = mkdirs(dir) ?? dir;
    // Also where it was there already: who made it may have died before this.
    for (let at = dir; ; at = dirname(at)) {
      syncDirectory(dirname(at));
      if (at === first) return;
    }
  } catch (error) {
    throw systemError(error, dir);
  }
}

/** The first directory it had to make; undefined when all were there. */
function mkdirs(dir: string): string | undefined {
  try {
    return mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Node calls it ENOENT whatever the reason was; asked for one alone it says which.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const first = firstMissing(dir);
    mkdirSync(first, { mode: 0o700 });
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return first;
  }
}

function firstMissing(dir: string): string {
  for (let at = dir; ; at = dirname(at)) if (existsSync(dirname(at)) || dirname(at) === at) return at;
}
