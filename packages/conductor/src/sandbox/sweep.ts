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

/**
 * Ends one process if it is still the one that was started then, and its descendants; without grace, also those that it starts
 * meanwhile; never the process that asks, though it be one of them. `foreground`: a person's shell may wait for it, which would
 * take one that is held for one that was put aside with Ctrl-Z; it is killed at once instead, and what it starts in that very
 * moment is not among them. False when it is not there any more.
 */
export async function endProcess(
  pid: number,
  startTime: string,
  graceMs = GRACE,
  { foreground = false }: { readonly foreground?: boolean } = {},
): Promise<boolean> {
  if (pid <= 1 || startTime === "" || startTimeOf(pid) !== startTime) return false;
  const known = await familyOf({ pid, startTime }, { atOnce: graceMs === 0, foreground });
  // The youngest first: while its parent is held, nothing wakes one that is held itself.
  const living = async (): Promise<readonly ProcessEntry[]> =>
    (await listProcesses()).filter((entry) => known.has(nameOf(entry)) && entry.pid !== process.pid).toReversed();
  await endAll(living, graceMs);
  return true;
}

type Named = Pick<ProcessEntry, "pid" | "startTime">;

/** One process and its descendants, by name. Those that are to be ended at once are held, or dead, by then. */
async function familyOf(
  root: Named,
  { atOnce, foreground }: { readonly atOnce: boolean; readonly foreground: boolean },
): Promise<ReadonlySet<string>> {
  if (atOnce && !foreground) return hold([root]);
  const family = withDescendants(await listProcesses(), new Set([root.pid]));
  if (!atOnce) return new Set(family.map(nameOf));
  signal(root.pid, "SIGKILL");
  const others = family.filter(({ pid }) => pid !== root.pid);
  return new Set([nameOf(root), ...(await hold(others))]);
}

/** Stops these and all their descendants, until nobody is there who is not stopped: such a one starts nobody. Bounded. */
async function hold(family: readonly Named[]): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  let there = family;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const more = there.filter((one) => one.pid !== process.pid && !held.has(nameOf(one)));
    if (more.length === 0) break;
    for (const one of more) {
      signal(one.pid, "SIGSTOP");
      held.add(nameOf(one));
    }
    const all = await listProcesses();
    there = withDescendants(all, new Set(all.filter((one) => held.has(nameOf(one))).map(({ pid }) => pid)));
  }
  return held;
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

const nameOf = ({ pid, startTime }: Named): string => `${pid}/${startTime}`;

function signal(pid: number, name: "SIGTERM" | "SIGKILL" | "SIGSTOP"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself, or is not ours to end.
  }
}
