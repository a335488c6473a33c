import { copyFileSync, existsSync, linkSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { STORE_FILE } from "@taskwerk/contract/api-file";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { connect } from "@taskwerk/sqlite/connect";
import { openDatabase, overConnection } from "@taskwerk/sqlite/database";
import { inspectDatabase } from "@taskwerk/sqlite/inspect";
import { syncDirectory, syncFile } from "@taskwerk/sqlite/sync";
import { backupsIn, copyDatabase } from "./backup.ts";
import { withDamageTold } from "./damaged.ts";
import { goOnAfter, type NumbersGiven, numbersGiven } from "./numbers-given.ts";
import { MIGRATIONS, openStore } from "./open.ts";
import { systemError } from "./system-error.ts";

/** `20270301T120000Z`: a moment as a part of a file's name. */
const stamp = (now: Date): string => now.toISOString().replace(/[-:]|\.\d+/g, "");

/** That name, or the first after it that nothing has yet: `NAME-2END`, `NAME-3END`. Two moments may be one second apart or none. */
function free(name: string, end = ""): string {
  for (let n = 1; ; n += 1) {
    const path = n === 1 ? `${name}${end}` : `${name}-${n}${end}`;
    if (!existsSync(path)) return path;
  }
}

/** Copies the store's database; without a file into its `backups`. Gives where it lies and its size in bytes. */
export async function backUpStore(
  dir: string,
  file: string | null,
  now: Date,
): Promise<{ readonly file: string; readonly size: number }> {
  const to = file ?? free(join(backupsIn(dir), `taskwerk-${stamp(now)}`), ".db");
  const database = await withDamageTold(
    openDatabase(join(dir, STORE_FILE), { migrations: MIGRATIONS, readonly: true }),
  );
  try {
    return { file: to, size: await copyDatabase(database, to) };
  } finally {
    await database.close();
  }
}

/**
 * Puts a backup in the place of the store's database, which stays beside it under another name. Whoever has the store open
 * goes on in the old one: no server may run. Throws FILE_NOT_FOUND, STORE_CORRUPT for a file that is damaged or no store,
 * SCHEMA_TOO_NEW.
 */
export async function restoreStore(
  dir: string,
  file: string,
  now: Date,
): Promise<{ readonly kept: string | null; readonly tasks: number }> {
  const own = join(dir, STORE_FILE);
  if (resolve(file) === resolve(own)) {
    throw new WerkError("USAGE", "that is the store's own database, no backup of it.", {
      hint: "Backups are in the directory that this names:  taskwerk db backup",
      field: "file",
      given: file,
    });
  }
  if (!existsSync(file)) {
    throw new WerkError("FILE_NOT_FOUND", `there is no file ${file}`, {
      hint: "Names are relative to where you stand, or to -C.",
      field: "file",
      given: file,
    });
  }
  const draft = `${own}.restoring`;
  try {
    removeDrafts(draft);
    await copyWhole(file, draft);
    const { tables } = await inspectDatabase(draft, MIGRATIONS);
    if (!tables.has("tasks") || !tables.has("changes")) {
      throw new WerkError("STORE_CORRUPT", `${file} is a database, but no store of tasks.`, {
        hint: "Is it the right file?",
        details: { file },
      });
    }
    const counted = await readied(draft, await settle(own));
    const kept = keepBeside(own, free(`${own}.before-restore-${stamp(now)}`));
    putInPlace(draft, own, kept);
    return { kept, tasks: counted };
  } catch (error) {
    throw systemError(error, own);
  } finally {
    try {
      removeDrafts(draft);
    } catch {
      // The next restore tries again, and needs to.
    }
  }
}

/** Copies a database as it lies there; with what its write-ahead log has, where one lies beside it. */
async function copyWhole(file: string, to: string): Promise<void> {
  if (!statSync(`${file}-wal`, { throwIfNoEntry: false })?.size) return copyFileSync(file, to);
  // Somebody may have it open: only SQLite knows what of both belongs together.
  const database = overConnection(
    await connect(file, { readonly: true, fileMustExist: true }),
    file,
    true,
    PATIENCE_MS,
  );
  try {
    await database.backUp(to);
  } finally {
    await database.close();
  }
}

const PATIENCE_MS = 30_000;

/** Removes a draft and what SQLite made beside it: a log of an older one would be taken for the next one's. */
function removeDrafts(draft: string): void {
  for (const name of readdirSync(dirname(draft))) {
    if (name.startsWith(basename(draft))) rmSync(join(dirname(draft), name), { force: true });
  }
}

/**
 * Makes a copy what a store's database is, schema and all, so that nothing is left to be written once it is in its place;
 * `given`: what the one that it replaces has told others. Gives how many tasks it has.
 */
async function readied(draft: string, given: NumbersGiven | null): Promise<number> {
  const database = await openDatabase(draft, { migrations: MIGRATIONS, create: false });
  try {
    if (given) await database.write((tx) => goOnAfter(tx, given));
    await database.settle();
    const counted = await database.read((reader) =>
      reader.get<{ n: number }>("select count(*) as n from tasks where deleted_at is null"),
    );
    return counted!.n;
  } finally {
    await database.close();
  }
}

/** Gives the draft the database's name. Where that fails all is as it was, or it is said that it is not certain. */
function putInPlace(draft: string, own: string, kept: string | null): void {
  try {
    // Without this the power might go when the new name is on the disk, and what it stands for is not.
    syncFile(draft);
    renameSync(draft, own);
  } catch (error) {
    if (kept !== null) rmSync(kept, { force: true });
    throw error;
  }
  try {
    syncDirectory(dirname(own));
  } catch (cause) {
    throw new WerkError("STORE_UNREADABLE", `${own} is the backup now; whether it stays is not certain.`, {
      hint: "Check the disk: it may be full, or broken.",
      cause,
      details: { file: own, unsure: true },
    });
  }
}

/**
 * Brings what lies in the write-ahead log into the database: without it the log cannot be taken from beside it. One that is
 * damaged is kept as it is, with what lies beside it. Gives the numbers that it has told others, where it can be read.
 * Throws STORE_BUSY while others have it open.
 */
async function settle(file: string): Promise<NumbersGiven | null> {
  try {
    const database = await openDatabase(file, { migrations: MIGRATIONS, create: false });
    try {
      await database.settle();
      return await database.read(numbersGiven);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (isWerkError(error) && error.code !== "STORE_CORRUPT" && error.code !== "STORE_UNREADABLE") throw error;
    return null;
  }
}

/** The old database under another name, with its write-ahead log where there still is one; null where there was none. */
function keepBeside(own: string, as: string): string | null {
  if (!existsSync(own)) return null;
  for (const end of ["-wal", "-shm"]) if (existsSync(`${own}${end}`)) renameSync(`${own}${end}`, `${as}${end}`);
  linkSync(own, as);
  return as;
}

/** Brings an older store up to date, as opening it does, and says what it was and where the copy lies. */
export async function migrateStore(
  dir: string,
): Promise<{ readonly from: string; readonly to: string; readonly backup: string | null }> {
  const file = join(dir, STORE_FILE);
  const before = await inspectDatabase(file, MIGRATIONS);
  const there = new Set(readdirSync(dir));
  await (await openStore(dir)).close();
  const after = await inspectDatabase(file, MIGRATIONS);
  const copy = readdirSync(dir).find((name) => !there.has(name) && name.includes(".before-"));
  return { from: before.version, to: after.version, backup: copy === undefined ? null : join(dir, copy) };
}

/** Writes the database anew without unused space: bytes before and after. */
export async function vacuumStore(dir: string): Promise<{ readonly before: number; readonly after: number }> {
  const file = join(dir, STORE_FILE);
  const size = (): number =>
    [file, `${file}-wal`].reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  const before = size();
  const database = await openDatabase(file, { migrations: MIGRATIONS, create: false });
  try {
    await database.vacuum();
  } finally {
    await database.close();
  }
  return { before, after: size() };
}
