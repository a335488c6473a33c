/** Ends what an attempt left running, found by its mark, each process named by pid and start time. */
import { setTimeout as sleep } from "node:timers/promises";
import { startTimeOf } from "@taskwerk/contract/is-running";
import { findMarked, listProcesses, type ProcessEntry, withDescendants } from "./process-table.ts";

/** The variable that marks every process of an attempt. */
export const ATTEMPT = "CONDUCTOR_ATTEMPT";

const GRACE = 2000;
const STEP = 50;
const MAX_ROUNDS = 40;

/** Ends every process that carries `marker`: TERM, two seconds, KILL. Answers how many there were. */
export async function sweep(marker: string, graceMs = GRACE): Promise<number> {
  return endAll(() => findMarked(ATTEMPT, marker), graceMs);
}

/** Ends one process if it is still the one that was started then, and its descendants. False when it is not there any more. */
export async function endProcess(pid: number, startTime: string, graceMs = GRACE): Promise<boolean> {
  if (pid <= 1 || startTime === "" || startTimeOf(pid) !== startTime) return false;
  // Whoever is stopped starts nobody between the look and its end.
  if (graceMs === 0) signal(pid, "SIGSTOP");
  const known = new Set(withDescendants(await listProcesses(), new Set([pid])).map(nameOf));
  const living = async (): Promise<readonly ProcessEntry[]> =>
    (await listProcesses()).filter((entry) => known.has(nameOf(entry)));
  await endAll(living, graceMs);
  return true;
}

/** Signals what `find` finds until it finds nothing: TERM once to each, KILL to all after `graceMs`. Bounded. */
export async function endAll(find: () => Promise<readonly ProcessEntry[]>, graceMs: number): Promise<number> {
  const asked = new Set<string>();
  const start = performance.now();
  for (let round = 0; round < MAX_ROUNDS + graceMs / STEP; round += 1) {
    const living = await find();
    if (living.length === 0) return asked.size;
    const patient = performance.now() - start < graceMs;
    for (const { pid, startTime } of living) {
      const name = nameOf({ pid, startTime });
      if (!patient) signal(pid, "SIGKILL");
      else if (!asked.has(name)) signal(pid, "SIGTERM");
      asked.add(name);
    }
    await sleep(STEP);
  }
  return asked.size;
}

const nameOf = ({ pid, startTime }: Pick<ProcessEntry, "pid" | "startTime">): string => `${pid}/${startTime}`;

function signal(pid: number, name: "SIGTERM" | "SIGKILL" | "SIGSTOP"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself, or is not ours to end.
  }
}
