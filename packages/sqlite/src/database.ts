import { closeSync, openSync } from "node:fs";
import { isWerkError } from "@taskwerk/contract/errors";
import type { Database, SqlValue, Tx } from "./access.ts";
import { beginImmediate, noProgress, uptimeMs } from "./begin.ts";
import { type Connection, connect } from "./connect.ts";
import { type Migration, migrate, pendingSteps } from "./migrate.ts";
import { createMutex } from "./mutex.ts";
import { sqliteError, unsureError } from "./sqlite-error.ts";

export type { Database, Reader, SqlValue, Tx } from "./access.ts";

/** How a database is opened. */
export interface OpenOptions {
  /** Opens without the right to write; the file must exist. */
  readonly readonly?: boolean;
  /** Makes the file when it is missing. Default: yes, unless readonly. */
  readonly create?: boolean;
  /** How long to wait for another program's lock, milliseconds. Default 30000. */
  readonly busyTimeoutMs?: number;
  /** The steps from an empty file to today's schema, in order. */
  readonly migrations: readonly Migration[];
}

const CACHED_STATEMENTS = 500;
const BUSY_TIMEOUT_MS = 30_000;
const WRITE_CACHE_KIB = 32_768;

/**
 * Opens a database: WAL, synchronous=FULL, foreign keys, no trust in the file's own functions; then brings its schema up
 * to date. Readonly it also opens what lies where nothing can be written. Throws SCHEMA_TOO_NEW before anything is
 * written, STORE_BUSY, STORE_FULL, STORE_CORRUPT, READ_ONLY, STORE_UNREADABLE.
 */
export async function openDatabase(file: string, options: OpenOptions): Promise<Database> {
  const readonly = options.readonly ?? false;
  const timeout = options.busyTimeoutMs ?? BUSY_TIMEOUT_MS;
  const connection = await connect(file, { readonly, fileMustExist: readonly || options.create === false, timeout });
  try {
    return await prepared(connection, file, options);
  } catch (error) {
    if (!readonly || !isUnwritable(error)) throw error;
    if (sqliteCodeOf(error) === "SQLITE_READONLY_ROLLBACK" && (await isRolledBack(file, options))) {
      return openDatabase(file, options);
    }
    // Loaded only here: it is rare.
    const { frozenDatabase } = await import("./frozen.ts");
    return prepared(await connect(file, { timeout }, await frozenDatabase(file)), file, options, "in memory");
  }
}

const sqliteCodeOf = (error: unknown): string => (isWerkError(error) ? String(error.details.sqlite) : "");

/** SQLite could make no file beside the database, or give it no room. */
const isUnwritable = (error: unknown): boolean =>
  /^SQLITE_(READONLY|CANTOPEN|FULL|IOERR_(SHM|WRITE|TRUNCATE))/.test(sqliteCodeOf(error));

/** Who may write takes back what was cut off before there was a write-ahead log. False where nobody may. */
async function isRolledBack(file: string, options: OpenOptions): Promise<boolean> {
  try {
    await (await openDatabase(file, { ...options, readonly: false, create: false })).close();
    return true;
  } catch (error) {
    if (isUnwritable(error)) return false;
    throw error;
  }
}

/** The database over a connection, its schema up to date; closed when that fails. */
async function prepared(
  connection: Connection,
  file: string,
  options: OpenOptions,
  lies: "on disk" | "in memory" = "on disk",
): Promise<Database> {
  const readonly = options.readonly ?? false;
  const database = overConnection(connection, file, readonly, options.busyTimeoutMs ?? BUSY_TIMEOUT_MS);
  try {
    const pending = await database.read((reader) => pendingSteps(reader, file, options.migrations));
    if (readonly && pending.length > 0 && lies === "on disk") {
      await database.close();
      await (await openDatabase(file, { ...options, readonly: false, create: false })).close();
      return openDatabase(file, options);
    }
    guarded(file, () => settle(connection, readonly));
    if (pending.length > 0) {
      const copy = (to: string): void => backUp(connection, to);
      await migrate(database, options.migrations, lies === "on disk" ? copy : () => undefined);
    }
    if (lies === "in memory") connection.exec("pragma query_only = on");
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** SQLite forgets these with every close; without them a second connection would fall back to synchronous=NORMAL. */
function settle(connection: Connection, readonly: boolean): void {
  // What does not fit into the cache is written to the log before the commit, and read again: a large write in hundreds of
  // thousands of pages. Memory is only taken for pages that are in use.
  if (!readonly) connection.exec(`pragma journal_mode = wal; pragma cache_size = -${WRITE_CACHE_KIB}`);
  connection.exec(
    "pragma synchronous = full; pragma foreign_keys = on; pragma trusted_schema = off; pragma cell_size_check = on",
  );
}

const isDamage = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));

/** SQLite fills an empty file, and leaves it the rights it has: a copy is for its owner only. */
function backUp(connection: Connection, to: string): void {
  closeSync(openSync(to, "a", 0o600));
  // For SQLite a copy to elsewhere is a write too. Where nothing may be written this one may.
  const sealed = connection.pragma("query_only", { simple: true });
  connection.exec("pragma query_only = off");
  try {
    connection.prepare("vacuum into ?").run(to);
  } catch (error) {
    // What is damaged is what is copied; all else is about the place of the copy.
    throw sqliteError(error, isDamage(error) ? connection.name : to);
  } finally {
    connection.exec(`pragma query_only = ${sealed}`);
  }
}

/** A database over a connection, its schema as it is. */
export function overConnection(connection: Connection, file: string, readonly: boolean, timeoutMs: number): Database {
  const mutex = createMutex();
  const progress = noProgress();
  const prepare = statementCache(connection);
  const begin = async (): Promise<void> => {
    prepare("begin").run();
  };

  const transaction = async <T>(start: () => Promise<void>, work: (tx: Tx) => Promise<T>): Promise<T> => {
    await start().catch((error) => {
      throw sqliteError(error, file);
    });
    const { tx, standing, end } = transactionOver(connection, prepare, file);
    try {
      const result = await work(tx);
      standing();
      commit(prepare, file);
      return result;
    } catch (error) {
      // SQLite may have rolled back by itself, e.g. on a full disk.
      if (connection.inTransaction) connection.exec("rollback");
      throw error;
    } finally {
      end();
    }
  };

  return {
    file,
    readonly,
    read: (work) => mutex.run(() => transaction(begin, work)),
    write: (work) => {
      const arrived = uptimeMs();
      return mutex.run(() => transaction(() => beginImmediate(connection, timeoutMs, arrived, progress), work));
    },
    backUp: (to) => mutex.run(async () => backUp(connection, to)),
    settle: () => mutex.run(async () => guarded(file, () => emptyWal(connection))),
    vacuum: () => mutex.run(async () => guarded(file, () => void connection.exec("vacuum"))),
    close: () =>
      mutex.run(async () => {
        if (connection.open) guarded(file, () => connection.close());
      }),
  };
}

function emptyWal(connection: Connection): void {
  const [done] = connection.prepare("pragma wal_checkpoint(truncate)").all() as readonly { busy: number }[];
  if (done?.busy) throw Object.assign(new Error("others keep the write-ahead log"), { code: "SQLITE_BUSY" });
}

/** Ends a transaction. What the disk itself refused may still be read from it later, so that nobody knows. */
function commit(prepare: Prepare, file: string): void {
  try {
    prepare("commit").run();
  } catch (error) {
    throw unsureError(error, file) ?? sqliteError(error, file);
  }
}

type Prepare = (sql: string) => ReturnType<Connection["prepare"]>;

function transactionOver(
  connection: Connection,
  prepare: Prepare,
  file: string,
): {
  readonly tx: Tx;
  /** Throws what SQLite took the transaction back for, where it did that by itself. */
  readonly standing: () => void;
  readonly end: () => void;
} {
  let live = true;
  let lost: { readonly why: unknown } | null = null;
  const standing = (): void => {
    if (lost) throw lost.why;
  };
  const during = <T>(work: () => T): T => {
    if (!live) throw new Error("a statement came after its transaction had ended");
    standing();
    try {
      return guarded(file, work);
    } catch (error) {
      // What came now, however small, would be kept by itself.
      if (!connection.inTransaction) lost = { why: error };
      throw error;
    }
  };
  const tx: Tx = {
    all: async <T>(sql: string, params: readonly SqlValue[] = []) => during(() => prepare(sql).all(params) as T[]),
    get: async <T>(sql: string, params: readonly SqlValue[] = []) =>
      during(() => prepare(sql).get(params) as T | undefined),
    lists: async <T extends readonly unknown[]>(sql: string, params: readonly SqlValue[] = []) =>
      during(() => {
        const statement = prepare(sql).raw(true);
        try {
          return statement.all(params) as T[];
        } finally {
          statement.raw(false);
        }
      }),
    run: async (sql, params = []) => during(() => prepare(sql).run(params).changes),
    exec: async (sql) => {
      during(() => connection.exec(sql));
    },
  };
  return {
    tx,
    standing,
    end: () => {
      live = false;
    },
  };
}

/** Compiled statements by their text; forgets the oldest beyond a bound. */
function statementCache(connection: Connection): Prepare {
  const cache = new Map<string, ReturnType<Connection["prepare"]>>();
  return (sql) => {
    const known = cache.get(sql);
    if (known) return known;
    const statement = connection.prepare(sql);
    if (cache.size >= CACHED_STATEMENTS) cache.delete(cache.keys().next().value!);
    cache.set(sql, statement);
    return statement;
  };
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw sqliteError(error, file);
  }
}
