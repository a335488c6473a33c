import { lstat } from "node:fs/promises";
import { journalFile } from "../../journal/directory.ts";
import type { Driver } from "../../journal/driver.ts";
import type { App } from "../app.ts";

/** Who drives this repository now; null where nobody does, or nobody ever has. */
export const driverOf = async (app: App): Promise<Driver | null> =>
  (await hasJournalAt(app.root)) ? (await app.journal()).currentDriver() : null;

/** True when conductor has been used here. */
export const hasJournalAt = async (root: string): Promise<boolean> => {
  try {
    await lstat(journalFile(root));
    return true;
  } catch (error) {
    // What this user may not look into is opened, and says so.
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
};
