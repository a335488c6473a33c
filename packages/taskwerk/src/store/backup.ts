import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { Database } from "@taskwerk/sqlite/database";
import { syncDirectory, syncFile } from "@taskwerk/sqlite/sync";
import { makeDirectory } from "./make-directory.ts";
import { systemError } from "./system-error.ts";

/** Where copies go that nobody gave a place, inside the store directory. */
export const BACKUPS = "backups";

/** Makes the directory of backups. */
export function backupsIn(dir: string): string {
  const path = join(dir, BACKUPS);
  makeDirectory(path);
  return path;
}

/**
 * A whole copy of the database (0600), on the disk when this returns; it has its name only when it is complete. Gives its
 * size in bytes. Throws USAGE when the file is there already or its directory is not, STORE_FULL, READ_ONLY.
 */
export async function copyDatabase(database: Pick<Database, "backUp">, file: string): Promise<number> {
  if (existsSync(file)) {
    throw new WerkError("USAGE", `${file} is there already; a backup never replaces a file.`, {
      hint: "Give another name.",
      field: "file",
      given: file,
    });
  }
  if (!statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory()) {
    throw new WerkError("USAGE", `cannot write ${file}: its directory is not there.`, {
      hint: "Make the directory first, or give no name: the copy goes to the store's own backups then.",
      field: "file",
      given: file,
    });
  }
  // What lies under this name was left by one that died: nobody else calls a file so.
  const draft = `${file}.taskwerk-partial`;
  try {
    rmSync(draft, { force: true });
    closeSync(openSync(draft, "wx", 0o600));
    await database.backUp(draft);
    syncFile(draft);
    renameSync(draft, file);
    try {
      syncDirectory(dirname(file));
    } catch (error) {
      // What is not said to be there is not there.
      removeIfPossible(file);
      throw error;
    }
    return statSync(file).size;
  } catch (error) {
    removeIfPossible(draft);
    throw systemError(error, file);
  }
}

/** A disk that failed may not let anything be taken away either; what is told is what failed first. */
function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The next copy of this name removes it, or says that it cannot.
  }
}
