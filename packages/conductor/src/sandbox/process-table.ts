/** Processes of this machine as /proc shows them: who is there, since when, whose child, with which mark. Linux; elsewhere nobody. */
import { readdirSync, readFileSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { type ProcessStat, processStat } from "@taskwerk/contract/process-stat";

export interface ProcessEntry extends ProcessStat {
  readonly pid: number;
}

/** So many are read before anything else may run. */
const AT_ONCE = 200;

/** All processes that can be seen. */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  const entries: ProcessEntry[] = [];
  for (const [at, pid] of pidsThere().entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await breathe();
    const stat = processStat(pid);
    if (stat !== null && !stat.ended) entries.push({ pid, ...stat });
  }
  return entries;
}

function pidsThere(): readonly number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/**
 * Those whose environment holds `name=value` when they were started, with all their descendants; never this process.
 * `since`: a start time before which there can be none, which spares a look at the others.
 */
export async function findMarked(name: string, value: string, since = ""): Promise<readonly ProcessEntry[]> {
  const all = await listProcesses();
  const mark = Buffer.from(`\0${name}=${value}\0`);
  const earliest = Number(since);
  const found = new Set<number>();
  for (const [at, { pid }] of all.filter(({ startTime }) => Number(startTime) >= earliest).entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await breathe();
    const environ = environOf(pid);
    if (environ !== null && Buffer.concat([ZERO, environ, ZERO]).includes(mark)) found.add(pid);
  }
  return withDescendants(all, found).filter(({ pid }) => pid !== process.pid);
}

const ZERO = Buffer.alloc(1);

/** The processes whose pids are given and every child of theirs, of theirs, and so on. */
export function withDescendants(all: readonly ProcessEntry[], pids: ReadonlySet<number>): readonly ProcessEntry[] {
  const found = new Set(pids);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid));
}

/** What the kernel answers from memory is not waited for: a hundred waits would cost far more than the reading. */
function environOf(pid: number): Buffer | null {
  try {
    return readFileSync(`/proc/${pid}/environ`);
  } catch {
    return null;
  }
}
