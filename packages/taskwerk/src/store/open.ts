import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { openDatabase, type Reader, type Tx } from "@taskwerk/sqlite/database";
import { first } from "./migrations/0001-first.ts";
import { systemError } from "./system-error.ts";

export type { Reader } from "@taskwerk/sqlite/database";

/** The database's name inside the store directory. */
export const STORE_FILE = "taskwerk.db";

const MIGRATIONS = [first];
/** Git sees only what a project means to share. */
const GITIGNORE = "*\n!.gitignore\n!config.yml\n";

/** An open store. `read` and `write` are for operations only. */
export interface Store {
  readonly dir: string;
  /** What its ids begin with, e.g. TASK. */
  readonly prefix: string;
  /** Runs `work` on one snapshot. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /** Runs `work` as one durable transaction, or not at all; all other writers wait for `work`. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Makes a store in `dir` (0700, its files 0600), with a .gitignore of its own; touches nothing else. A store that is
 * there already stays as it is. Gives the prefix that the store has. Throws READ_ONLY, STORE_FULL, STORE_UNREADABLE.
 */
export async function createStore(
  dir: string,
  options: { readonly prefix: string },
): Promise<{ readonly created: boolean; readonly prefix: string }> {
  const file = join(dir, STORE_FILE);
  if (existsSync(file)) {
    const store = await openStore(dir, { readonly: true });
    await store.close();
    return { created: false, prefix: store.prefix };
  }
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // SQLite gives its side files the rights of the file it finds.
    closeSync(openSync(file, "a", 0o600));
    if (!existsSync(join(dir, ".gitignore"))) writeFileSync(join(dir, ".gitignore"), GITIGNORE, { mode: 0o600 });
  } catch (error) {
    throw systemError(error, dir);
  }
  const database = await openDatabase(file, { migrations: MIGRATIONS });
  try {
    return await database.write(async (tx) => {
      // Another process may have come first.
      const made = await tx.run("insert into settings (key, value) values ('prefix', ?) on conflict (key) do nothing", [
        options.prefix.toUpperCase(),
      ]);
      return { created: made > 0, prefix: await prefixIn(tx) };
    });
  } finally {
    await database.close();
  }
}

const prefixIn = async (reader: Reader): Promise<string> =>
  (await reader.get<{ value: string }>("select value from settings where key = 'prefix'"))?.value ?? "TASK";

/**
 * Opens the store in `dir` and brings it up to date. Throws STORE_NOT_FOUND, SCHEMA_TOO_NEW, STORE_BUSY, STORE_FULL,
 * STORE_CORRUPT, READ_ONLY, STORE_UNREADABLE.
 */
export async function openStore(dir: string, options: { readonly readonly?: boolean } = {}): Promise<Store> {
  const file = join(dir, STORE_FILE);
  if (!existsSync(file)) throw storeNotFound(`there is no store in ${dir}.`);
  const database = await openDatabase(file, {
    migrations: MIGRATIONS,
    create: false,
    ...(options.readonly ? { readonly: true } : {}),
  });
  const prefix = await database.read(prefixIn);
  return {
    dir,
    prefix,
    read: database.read,
    write: database.write,
    close: database.close,
  };
}

/** The error for a place without a store. */
export const storeNotFound = (message: string): WerkError =>
  new WerkError("STORE_NOT_FOUND", message, { hint: "Make one here:  taskwerk init" });
