import { closeSync, existsSync, openSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { STORE_FILE } from "@taskwerk/contract/api-file";
import { WerkError } from "@taskwerk/contract/errors";
import { openDatabase, type Reader, type Tx } from "@taskwerk/sqlite/database";
import { syncDirectory, syncFile } from "@taskwerk/sqlite/sync";
import { DAMAGED_HINT, withDamageTold } from "./damaged.ts";
import { makeDirectory } from "./make-directory.ts";
import { first } from "./migrations/0001-first.ts";
import { removal } from "./migrations/0002-removal.ts";
import { due } from "./migrations/0003-due.ts";
import { webhooks } from "./migrations/0004-webhooks.ts";
import { tokens } from "./migrations/0005-tokens.ts";
import { systemError } from "./system-error.ts";

export type { Reader } from "@taskwerk/sqlite/database";

/** The steps from an empty file to today's schema. */
export const MIGRATIONS = [first, removal, due, webhooks, tokens];
/** Git sees only what a project means to share, and nothing while there is none of that. */
const GITIGNORE = "*\n!config.yml\n";

/** An open store. `read` and `write` are for operations only. */
export interface Store {
  readonly dir: string;
  /** What its ids begin with, e.g. TASK. */
  readonly prefix: string;
  /** Runs `work` on one snapshot. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /** Runs `work` as one durable transaction, or not at all; all other writers wait for `work`. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** What a caller should be told beside his answer, e.g. that the daily copy failed; taken out by who tells it. */
  readonly notices: string[];
  /** What whoever wires the program together has to do about webhooks. */
  readonly outbox: Outbox;
  close(): Promise<void>;
}

/** The side of a store that webhooks hang on. */
export interface Outbox {
  /** The state of the configuration files whose webhooks the store knows; '' for none. */
  config: string;
  /** A change left something to be delivered now. */
  due: boolean;
}

/**
 * Bytes of the database in `dir`; null where there is none. Throws STORE_UNREADABLE when this user may not enter a
 * directory that is there.
 */
export function sizeOfStore(dir: string): number | null {
  try {
    return statSync(join(dir, STORE_FILE), { throwIfNoEntry: false })?.size ?? null;
  } catch (cause) {
    // A directory that cannot even be seen may as well not be there.
    if ((cause as NodeJS.ErrnoException).code !== "EACCES" || !existsSync(dir)) return null;
    throw new WerkError("STORE_UNREADABLE", `${dir} may not be entered by this user: permission denied.`, {
      hint: "Its owner can use it, or let you in. One of your own:  taskwerk init --store DIR",
      cause,
    });
  }
}

/** What a store was when somebody asked for one: `completed` lay there as an empty file. */
export interface MadeStore {
  readonly created: boolean;
  readonly completed: boolean;
  readonly prefix: string;
}

/**
 * Makes a store in `dir` (0700, its files 0600), with a .gitignore of its own; touches nothing else. All of it
 * is on the disk when this returns. A store that is there already is checked and stays as it is. Gives the prefix that
 * the store has. Throws READ_ONLY, STORE_FULL, STORE_UNREADABLE, STORE_CORRUPT.
 */
export async function createStore(dir: string, options: { readonly prefix: string }): Promise<MadeStore> {
  const file = join(dir, STORE_FILE);
  const size = sizeOfStore(dir);
  if (size) {
    const store = await openStore(dir, { readonly: true });
    try {
      await store.read(checkWhole(file));
      // One that was never made to its end has no prefix yet.
      if (await store.read(hasPrefix)) return { created: false, completed: false, prefix: store.prefix };
    } finally {
      await store.close();
    }
  }
  try {
    makeDirectory(dir);
    // SQLite gives its side files the rights of the file it finds.
    closeSync(openSync(file, "a", 0o600));
    const ignore = join(dir, ".gitignore");
    if (!statSync(ignore, { throwIfNoEntry: false })?.size) {
      writeFileSync(ignore, GITIGNORE, { mode: 0o600 });
      syncFile(ignore);
    }
    syncDirectory(dir);
  } catch (error) {
    throw systemError(error, dir);
  }
  const database = await withDamageTold(openDatabase(file, { migrations: MIGRATIONS }));
  try {
    return await database.write(async (tx) => {
      // Another process may have come first.
      const made = await tx.run("insert into settings (key, value) values ('prefix', ?) on conflict (key) do nothing", [
        options.prefix.toUpperCase(),
      ]);
      return { created: made > 0, completed: made > 0 && size === 0, prefix: (await settledIn(tx)).prefix };
    });
  } finally {
    await database.close();
  }
}

/** Throws STORE_CORRUPT when a page of the database is damaged, also one that nobody has read yet. */
const checkWhole =
  (file: string) =>
  async (reader: Reader): Promise<void> => {
    const [problem] = await reader.all<{ quick_check: string }>("pragma quick_check(1)");
    if (problem!.quick_check === "ok") return;
    throw new WerkError("STORE_CORRUPT", `${file} is damaged.`, {
      hint: DAMAGED_HINT,
      details: { file, problem: problem!.quick_check },
    });
  };

const hasPrefix = async (reader: Reader): Promise<boolean> =>
  (await reader.get("select 1 from settings where key = 'prefix'")) !== undefined;

interface Settled {
  readonly prefix: string;
  readonly config: string;
}

async function settledIn(reader: Reader): Promise<Settled> {
  const rows = await reader.all<{ key: string; value: string }>(
    "select key, value from settings where key in ('prefix', 'webhooks_config')",
  );
  const said = (key: string): string | undefined => rows.find((row) => row.key === key)?.value;
  return { prefix: said("prefix") ?? "TASK", config: said("webhooks_config") ?? "" };
}

/**
 * Opens the store in `dir` and brings it up to date. Throws STORE_NOT_FOUND, SCHEMA_TOO_NEW, STORE_BUSY, STORE_FULL,
 * STORE_CORRUPT, READ_ONLY, STORE_UNREADABLE.
 */
export async function openStore(
  dir: string,
  options: {
    readonly readonly?: boolean;
    /** With a clock, the first write of a day copies the database before. */
    readonly daily?: () => Date;
  } = {},
): Promise<Store> {
  const file = join(dir, STORE_FILE);
  const size = sizeOfStore(dir);
  if (size === null) throw storeNotFound(`there is no store in ${dir}.`);
  if (size === 0) {
    throw new WerkError("STORE_CORRUPT", `${file} is empty: no store was ever made in it, or it lost what it held.`, {
      hint: "Restore a backup, or make a new store of it:  taskwerk init",
      details: { file },
    });
  }
  const database = await withDamageTold(
    openDatabase(file, {
      migrations: MIGRATIONS,
      create: false,
      ...(options.readonly ? { readonly: true } : {}),
    }),
  );
  const { prefix, config } = await database.read(settledIn);
  const notices: string[] = [];
  const { daily } = options;
  return {
    dir,
    prefix,
    notices,
    outbox: { config, due: false },
    read: database.read,
    write: daily && !options.readonly ? dailyFirst(database, dir, daily, notices) : database.write,
    close: database.close,
  };
}

/** Writing, with a copy of the database before the first write of a day: where nobody wrote today yet. */
function dailyFirst(
  database: Awaited<ReturnType<typeof openDatabase>>,
  dir: string,
  now: () => Date,
  notices: string[],
): Store["write"] {
  const written = { day: dayOf(statSync(join(dir, STORE_FILE)).mtime) };
  return async (work) => {
    const today = dayOf(now());
    if (written.day !== today) {
      const { backUpDaily } = await import("./daily-backup.ts");
      notices.push(...(await backUpDaily(database, dir, today)));
      written.day = today;
    }
    return database.write(work);
  };
}

/** The day of a moment in UTC. */
const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** The error for a place without a store. */
export const storeNotFound = (message: string, hint = "Make one here:  taskwerk init"): WerkError =>
  new WerkError("STORE_NOT_FOUND", message, { hint });
