/** Processes of this machine as /proc shows them: who is there, since when, whose child, with which mark. Linux; elsewhere nobody. */
import { readdir, readFile } from "node:fs/promises";

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
  return (await readEntry(pid))?.startTime ?? "";
}

/** All processes that can be seen. */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  const names = await readdir("/proc").catch(() => []);
  const entries = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => readEntry(Number(name))));
  return entries.filter((entry) => entry !== null);
}

/** Those whose environment holds `name=value` when they were started, with all their descendants; never this process. */
export async function findMarked(name: string, value: string): Promise<readonly ProcessEntry[]> {
  const all = await listProcesses();
  const mark = Buffer.from(`\0${name}=${value}\0`);
  const found = new Set<number>();
  await Promise.all(
    all.map(async ({ pid }) => {
      const environ = await readFile(`/proc/${pid}/environ`).catch(() => null);
      if (environ && Buffer.concat([ZERO, environ, ZERO]).includes(mark)) found.add(pid);
    }),
  );
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

async function readEntry(pid: number): Promise<ProcessEntry | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (stat === null) return null;
  // The name in parentheses may hold anything, also parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return null;
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    startTime: fields[19] ?? "",
    residentPages: Number(fields[21]),
  };
}
