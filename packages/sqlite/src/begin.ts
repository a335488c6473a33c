import type { Connection } from "./connect.ts";

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 25;
/** Who has waited so long tries at every chance. */
const OLD_MS = 8_000;
/** So many times the timeout is the longest that anybody waits, whatever others get done. */
const MOST_TIMEOUTS = 20;

/**
 * Begins an IMMEDIATE transaction, waiting for other writers. Between tries this process goes on with other work: SQLite's
 * own waiting would stop all of it, also the very transaction waited for. Throws SQLITE_BUSY when nobody committed anything
 * for `timeoutMs`: one holds the lock and does not go on. A crowd that is slow is no such thing. Who comes last gives way to
 * who has waited: SQLite keeps no queue, and where all try equally often, of many one waits for ever.
 */
export async function beginImmediate(connection: Connection, timeoutMs: number): Promise<void> {
  let wait: Wait | null = null;
  for (let longest = FIRST_PAUSE_MS; ; longest = Math.min(longest * 2, LONGEST_PAUSE_MS)) {
    try {
      connection.exec("pragma busy_timeout = 0; begin immediate");
      return;
    } catch (error) {
      const busy = error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
      if (!busy) throw error;
      // The clock is only asked for once there is something to wait for: loading it is a part of a start.
      wait ??= { began: performance.now(), since: performance.now(), version: versionOf(connection) };
      if (performance.now() - wait.since >= timeoutMs) wait = again(connection, wait, timeoutMs, error);
    } finally {
      connection.exec(`pragma busy_timeout = ${timeoutMs}`);
    }
    const patience = Math.max(0, 1 - (performance.now() - wait.began) / OLD_MS);
    const pauseMs = (FIRST_PAUSE_MS + (longest - FIRST_PAUSE_MS) * patience) * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

interface Wait {
  readonly began: number;
  /** When it was last seen that others go on, and the version of what they had committed then. */
  readonly since: number;
  readonly version: unknown;
}

/** The wait from now on, where others went on meanwhile. Throws `error` where they did not. */
function again(connection: Connection, { began, version }: Wait, timeoutMs: number, error: unknown): Wait {
  const [now, committed] = [performance.now(), versionOf(connection)];
  if (committed === version || now - began >= timeoutMs * MOST_TIMEOUTS) throw error;
  return { began, since: now, version: committed };
}

/** Another one after every commit of somebody else (https://sqlite.org/pragma.html#pragma_data_version). */
function versionOf(connection: Connection): unknown {
  try {
    return connection.pragma("data_version", { simple: true });
  } catch {
    return null;
  }
}
