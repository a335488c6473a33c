import type { Connection } from "./connect.ts";

const LONGEST_PAUSE_MS = 25;

/**
 * Begins an IMMEDIATE transaction, waiting for other writers up to `timeoutMs`. Between tries this process goes on with
 * other work: SQLite's own waiting would stop all of it, also the very transaction waited for. Throws SQLITE_BUSY.
 */
export async function beginImmediate(connection: Connection, timeoutMs: number): Promise<void> {
  let deadline = Number.POSITIVE_INFINITY;
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      connection.exec("pragma busy_timeout = 0; begin immediate");
      return;
    } catch (error) {
      const busy = error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
      // The clock is only asked for once there is something to wait for: loading it is a part of a start.
      deadline = Math.min(deadline, performance.now() + timeoutMs);
      if (!busy || performance.now() >= deadline) throw error;
    } finally {
      connection.exec(`pragma busy_timeout = ${timeoutMs}`);
    }
    const pauseMs = pause * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
