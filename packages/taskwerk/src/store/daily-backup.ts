import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Database } from "@taskwerk/sqlite/database";
import { backupsIn, copyDatabase } from "./backup.ts";

const KEPT = 7;
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
    await copyDatabase(database, file);
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
