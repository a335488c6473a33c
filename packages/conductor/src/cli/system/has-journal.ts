import { lstatSync } from "node:fs";
import { journalFile } from "../../journal/directory.ts";
import type { Driver } from "../../journal/driver.ts";
import type { App } from "../app.ts";

/** Who drives this repository now; null where nobody does, or nobody ever has. */
export const driverOf = async (app: App): Promise<Driver | null> =>
  hasJournalAt(app.root) ? (await app.journal()).currentDriver() : null;

/** True when conductor has been used here. */
export const hasJournalAt = (root: string): boolean => {
  try {
    return lstatSync(journalFile(root), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // What this user may not look into is opened, and says so.
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
};
