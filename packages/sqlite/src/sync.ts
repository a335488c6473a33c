import { closeSync, fsyncSync, openSync } from "node:fs";

/** What a system says where directories need no syncing, or have none. */
const NO_SUCH_THING: ReadonlySet<unknown> = new Set(["EINVAL", "ENOTSUP", "EISDIR", "EPERM", "EACCES"]);

/** Returns when the bytes of a file are on the disk. Its name is another matter: `syncDirectory`. */
export function syncFile(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Returns when the names in a directory are on the disk: new ones, changed ones, and that others are gone. */
export function syncDirectory(path: string): void {
  try {
    syncFile(path);
  } catch (error) {
    if (!NO_SUCH_THING.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}
