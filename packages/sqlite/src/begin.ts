import type { Connection } from "./connect.ts";

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 25;
/** Who has waited so long tries at every chance. */
const OLD_MS = 8_000;

/**
 * Begins an IMMEDIATE transaction, waiting for other writers up to `timeoutMs`. Between tries this process goes on with
 * other work: SQLite's own waiting would stop all of it, also the very transaction waited for. Who comes last gives way to
 * who has waited: SQLite keeps no queue, and where all try equally often, of many one waits for ever. Throws SQLITE_BUSY.
 */
export async function beginImmediate(connection: Connection, timeoutMs: number): Promise<void> {
  let since = Number.NaN;
  for (let longest = FIRST_PAUSE_MS; ; longest = Math.min(longest * 2, LONGEST_PAUSE_MS)) {
    try {
      connection.exec("pragma busy_timeout = 0; begin immediate");
      return;
    } catch (error) {
      const busy = error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
      // The clock is only asked for once there is something to wait for: loading it is a part of a start.
      if (Number.isNaN(since)) since = performance.now();
      if (!busy || performance.now() - since >= timeoutMs) throw error;
    } finally {
      connection.exec(`pragma busy_timeout = ${timeoutMs}`);
    }
    const patience = Math.max(0, 1 - (performance.now() - since) / OLD_MS);
    const pauseMs = (FIRST_PAUSE_MS + (longest - FIRST_PAUSE_MS) * patience) * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
