/** How a database is read and written: types only. */

/** What a statement may be given for a `?`. SQLite has no booleans: say 0 or 1. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** Reads within one snapshot. It is dead once the function it was handed to has returned. */
export interface Reader {
  all<T>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  get<T>(sql: string, params?: readonly SqlValue[]): Promise<T | undefined>;
  /** Rows as lists in the order of the columns: a fifth of the memory of `all` where there are many columns. */
  lists<T extends readonly unknown[]>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
}

/** One write transaction. It is dead once the function it was handed to has returned. */
export interface Tx extends Reader {
  /** Runs a statement that gives no rows; says how many rows it changed. */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
  /** Runs several statements without parameters, e.g. a migration. */
  exec(sql: string): Promise<void>;
}

/** One connection to one file. All access goes through one mutex, so nobody sees the transaction of somebody else. */
export interface Database {
  readonly file: string;
  readonly readonly: boolean;
  /** Runs `work` on one snapshot of the data. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /**
   * Runs `work` as one BEGIN IMMEDIATE transaction: all of it is durable when the promise resolves, nothing of it has
   * happened when it rejects. All other writers wait while `work` does, so that it awaits next to nothing but its
   * `tx`. Throws READ_ONLY on a readonly connection.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Copies all of it, as one snapshot, to a file that is empty or not there yet; others may write meanwhile. */
  backUp(to: string): Promise<void>;
  /** Brings all that lies in the write-ahead log into the file, and empties it. Throws STORE_BUSY while others keep it. */
  settle(): Promise<void>;
  /** Writes the file anew without unused space; needs as much room once more while it does. */
  vacuum(): Promise<void>;
  /** Waits for what is running, then closes. Closing twice is fine. */
  close(): Promise<void>;
}
