/** Whether the process that is meant still runs: its number alone is soon another's. */
import { readFileSync } from "node:fs";
import { processStat } from "./process-stat.ts";

/** What is not known is "" or null. */
export interface KnownProcess {
  readonly pid: number;
  /** As {@link startTimeOf} said. */
  readonly startTime?: string | null;
  /** As {@link bootId} said. */
  readonly bootId?: string | null;
}

/**
 * False when it is gone, which is also one that only waits to be reaped, and one of another boot. What is not known of it, or
 * cannot be seen, is no proof that it is gone: whoever has its number is taken for it.
 */
export function isRunning({ pid, startTime, bootId: boot }: KnownProcess): boolean {
  const thisBoot = boot ? bootId() : "";
  if (thisBoot !== "" && thisBoot !== boot) return false;
  const stat = processStat(pid);
  if (stat !== null) return !stat.ended && (!startTime || stat.startTime === startTime);
  return hasNumber(pid);
}

/** The start time of a process that runs; "" when it is gone or cannot be seen. */
export function startTimeOf(pid: number): string {
  const stat = processStat(pid);
  return stat === null || stat.ended ? "" : stat.startTime;
}

/** Names this boot of the machine, from which start times count; "" where the system does not. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function hasNumber(pid: number): boolean {
  // Others than these are not one process's.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is one, of another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
