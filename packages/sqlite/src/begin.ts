import type { Connection } from "./connect.ts";

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 25;
/** Who has waited so long tries at every chance. */
const OLD_MS = 8_000;
/** So many times the timeout is the longest that anybody waits, whatever others get done. */
const MOST_TIMEOUTS = 20;

/** What a connection knows of others getting on, for all who wait for it one after the other. */
export interface Progress {
  /** When it last began a transaction, or last saw that somebody had committed one; milliseconds of this process. */
  at: number;
  /** The version of what was committed by others, as it was seen last; null before the first look. */
  version: unknown;
}

/** What is known before anything happened. */
export const noProgress = (): Progress => ({ at: 0, version: null });

/** Milliseconds of this process. Another clock would first have to be loaded, which is a part of every start. */
export const uptimeMs = (): number => process.uptime() * 1000;

/**
 * Begins an IMMEDIATE transaction, waiting for other writers. Between tries this process goes on with other work: SQLite's
 * own waiting would stop all of it, also the very transaction waited for. Throws SQLITE_BUSY when nobody committed anything
 * for `timeoutMs`: one holds the lock and does not go on. A crowd that is slow is no such thing. Who comes last gives way to
 * who has waited: SQLite keeps no queue, and where all try equally often, of many one waits for ever. Who stood in a queue
 * for this connection since `arrived` has waited there too: the tenth of ten does not wait ten times as long.
 */
export async function beginImmediate(
  connection: Connection,
  timeoutMs: number,
  arrived = uptimeMs(),
  progress = noProgress(),
): Promise<void> {
  let since: number | null = null;
  for (let longest = FIRST_PAUSE_MS; ; longest = Math.min(longest * 2, LONGEST_PAUSE_MS)) {
    try {
      connection.exec("pragma busy_timeout = 0; begin immediate");
      progress.at = uptimeMs();
      return;
    } catch (error) {
      const busy = error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
      if (!busy) throw error;
      since ??= stillSince(connection, progress, arrived);
      if (uptimeMs() - since >= timeoutMs) {
        since = stillSince(connection, progress, arrived);
        if (uptimeMs() - since >= timeoutMs || uptimeMs() - arrived >= timeoutMs * MOST_TIMEOUTS) throw error;
      }
    } finally {
      connection.exec(`pragma busy_timeout = ${timeoutMs}`);
    }
    const patience = Math.max(0, 1 - (uptimeMs() - arrived) / OLD_MS);
    const pauseMs = (FIRST_PAUSE_MS + (longest - FIRST_PAUSE_MS) * patience) * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Since when nobody was seen to get on while this one waited. */
function stillSince(connection: Connection, progress: Progress, arrived: number): number {
  const version = versionOf(connection);
  if (version !== progress.version) Object.assign(progress, { at: uptimeMs(), version });
  return Math.max(arrived, progress.at);
}

/** Another one after every commit of somebody else (https://sqlite.org/pragma.html#pragma_data_version). */
function versionOf(connection: Connection): unknown {
  try {
    return connection.pragma("data_version", { simple: true });
  } catch {
    return null;
  }
}
