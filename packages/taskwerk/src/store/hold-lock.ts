import { beginImmediate } from "@taskwerk/sqlite/begin";
import { connect } from "@taskwerk/sqlite/connect";
import { sqliteError } from "@taskwerk/sqlite/sqlite-error";

/**
 * Does `work` while no other process that asks for the lock at `path` does; a process that dies holds it no longer. The file
 * stays. Throws STORE_BUSY when one who has it does not go on for `patienceMs`, READ_ONLY, and what `work` throws.
 */
export async function holdLock<T>(path: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const lock = await connect(path, {});
  try {
    lock.exec("pragma synchronous = off");
    await beginImmediate(lock, patienceMs).catch((error: unknown) => {
      throw sqliteError(error, path);
    });
    const done = await work();
    // A commit shows those that wait that the lock goes round; in what it says nobody is interested.
    lock.exec(`pragma user_version = ${process.pid}; commit`);
    return done;
  } finally {
    lock.close();
  }
}
