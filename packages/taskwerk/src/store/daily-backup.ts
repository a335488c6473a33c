import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { isWerkError } from "@taskwerk/contract/errors";
import type { Database } from "@taskwerk/sqlite/database";
import { backupsIn, copyDatabase } from "./backup.ts";
import { holdLock } from "./hold-lock.ts";

const KEPT = 7;
/** How long somebody else's copy is waited for. */
const PATIENCE_MS = 30_000;
const DAILY = /^daily-\d{4}-\d{2}-\d{2}\.db$/;

/**
 * Copies the database for this day, once, and keeps the newest seven of such copies. A copy that fails keeps nobody from
 * writing: what went wrong comes back in words.
 */
export async function backUpDaily(
  database: Pick<Database, "backUp">,
  dir: string,
  day: string,
): Promise<readonly string[]> {
  try {
    const backups = backupsIn(dir);
    const file = join(backups, `daily-${day}.db`);
    if (existsSync(file)) return [];
    await copyAlone(database, file);
    const names = readdirSync(backups).filter((name) => DAILY.test(name));
    const isAhead = (name: string): boolean => name > basename(file);
    // A day that is yet to come was made by a wrong clock: it pushes no right one out.
    const byAge = [...names.filter(isAhead), ...names.filter((name) => !isAhead(name)).sort()];
    for (const name of byAge.slice(0, -KEPT)) rmSync(join(backups, name), { force: true });
    return [];
  } catch (error) {
    return [`the daily backup failed: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Several may begin the day at once: one of them copies, and the others wait until it has. */
async function copyAlone(database: Pick<Database, "backUp">, file: string): Promise<void> {
  const lock = `${file}.lock`;
  try {
    await holdLock(lock, PATIENCE_MS, async () => {
      if (!existsSync(file)) await copyDatabase(database, file);
    });
  } catch (error) {
    // Who waited may find the lock gone, with the copy there. Of a large store a copy may take longer than anybody waits.
    const isWaiting = isWerkError(error) && error.code === "STORE_BUSY" && error.details.file === lock;
    if (!existsSync(file) && !isWaiting) throw error;
  }
  if (existsSync(file)) rmSync(lock, { force: true });
}
