import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { bootId, isRunning } from "./is-running.ts";
import { processStat } from "./process-stat.ts";

/**
 * When a process began, as an opaque text that no later process of the same pid shares; null when there is no such
 * process. Linux: boot id and start tick; elsewhere what `ps` says, to the second.
 */
export async function processStart(pid: number): Promise<string | null> {
  const stat = processStat(pid);
  if (stat?.ended) return null;
  const boot = bootId();
  if (stat !== null && boot !== "") return `${boot}:${stat.startTime}`;
  return isRunning({ pid }) ? startFromPs(pid) : null;
}

async function startFromPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], { timeout: 5_000 });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
