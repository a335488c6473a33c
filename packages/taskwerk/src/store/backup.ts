import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { Database } from "@taskwerk/sqlite/database";
import { makeDirectory } from "./make-directory.ts";
import { syncDirectory, syncFile } from "./sync.ts";
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
 * size in bytes. Throws USAGE when the file is there already, STORE_FULL, READ_ONLY.
 */
export async function copyDatabase(database: Pick<Database, "backUp">, file: string): Promise<number> {
  if (existsSync(file)) {
    throw new WerkError("USAGE", `${file} is there already; a backup never replaces a file.`, {
      hint: "Give another name.",
      field: "file",
      given: file,
    });
  }
  const draft = `${file}.partial`;
  try {
    rmSync(draft, { force: true });
    closeSync(openSync(draft, "wx", 0o600));
    await database.backUp(draft);
    syncFile(draft);
    renameSync(draft, file);
    syncDirectory(dirname(file));
    return statSync(file).size;
  } catch (error) {
    rmSync(draft, { force: true });
    throw systemError(error, file);
  }
}
