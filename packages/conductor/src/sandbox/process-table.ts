/** Processes of this machine as /proc shows them: who is there, since when, whose child, with which mark. Linux; elsewhere nobody. */
import { readdirSync, readFileSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Clock ticks since boot (/proc/PID/stat field 22): with the pid it names one process for good. */
  readonly startTime: string;
  /** Resident memory in pages. */
  readonly residentPages: number;
}

/** The start time of a process, or "" when it is gone or cannot be seen. */
export async function startTimeOf(pid: number): Promise<string> {
  return readEntry(pid)?.startTime ?? "";
}

/**
 * Whether the process of that number is the one that began then. One that only waits to be reaped is gone. Where that cannot
 * be seen, whoever has the number is taken for it.
 */
export async function isRunning({ pid, startTime }: Pick<ProcessEntry, "pid" | "startTime">): Promise<boolean> {
  const stat = readOf(pid, "stat");
  if (stat !== null) {
    const entry = entryIn(pid, stat);
    return entry !== null && (startTime === "" || entry.startTime === startTime);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, of another user.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** So many are read before anything else may run. */
const AT_ONCE = 200;

/** All processes that can be seen. */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  const entries: ProcessEntry[] = [];
  for (const [at, pid] of pidsThere().entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await breathe();
    const entry = readEntry(pid);
    if (entry !== null) entries.push(entry);
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
    const environ = readOf(pid, "environ");
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
function readOf(pid: number, file: "stat" | "environ"): Buffer | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`);
  } catch {
    return null;
  }
}

function readEntry(pid: number): ProcessEntry | null {
  const stat = readOf(pid, "stat");
  return stat === null ? null : entryIn(pid, stat);
}

/** Null for one that has ended and only waits to be reaped. */
function entryIn(pid: number, stat: Buffer): ProcessEntry | null {
  const text = stat.toString("utf8");
  // The name in parentheses may hold anything, also parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return null;
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    startTime: fields[19] ?? "",
    residentPages: Number(fields[21]),
  };
}
