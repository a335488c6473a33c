/**
 * Watches what commands hold: memory, processes, disk. Address-space limits break Node, limits on a user's processes do
 * not hold root, control groups may not be ours to make and know no disk; so somebody looks, twice a second, and ends what
 * is over.
 */
import { lstat, readdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Excess, UseLimits } from "../model/command.ts";
import type { ControlGroup } from "./control-group.ts";
import { listProcesses, type ProcessEntry, withDescendants } from "./process-table.ts";

const STEP = 500;
/** The disk is looked at each so many steps. */
const DISK_STEPS = 4;
const PAGE = 4096;
const MEGABYTE = 1024 * 1024;

export interface Watched {
  readonly pid: number;
  /** Directories that it may write in. */
  readonly writes: readonly string[];
  readonly limits: UseLimits;
  /** What holds its memory and its processes and is asked instead of counting them. */
  readonly group: ControlGroup | null;
  /** Told once, then it is watched no longer. */
  readonly over: (excess: Excess) => void;
}

interface Watch extends Watched {
  /** Free bytes of the disk when it began; null when that is not known or does not matter. */
  freeAtStart: number | null;
  /** What its files took when they were last counted. */
  bytesBefore: number | null;
}

/** All that is watched in this process: one look at the machine does for all of them. */
const watches = new Set<Watch>();
let looking = false;

/**
 * Calls `over` when `pid` and its descendants together go past a limit. A fast one can be past it for a moment. Answers how
 * to stop watching.
 */
export function watchUse(watched: Watched): () => void {
  const watch: Watch = { ...watched, freeAtStart: null, bytesBefore: null };
  watches.add(watch);
  void freeBytes(watch.writes[0]).then((free) => {
    watch.freeAtStart = free;
  });
  if (!looking) {
    looking = true;
    plan(1);
  }
  return () => {
    watches.delete(watch);
  };
}

const plan = (step: number): void => {
  setTimeout(() => void look(step), STEP).unref();
};

async function look(step: number): Promise<void> {
  let all: Promise<readonly ProcessEntry[]> | null = null;
  const processes = (): Promise<readonly ProcessEntry[]> => {
    all ??= listProcesses();
    return all;
  };
  for (const watch of [...watches]) {
    // One that cannot be looked at now is looked at the next time, and keeps nobody else from being.
    const excess = await excessOf(watch, { processes, disk: step % DISK_STEPS === 0 }).catch(() => null);
    if (excess !== null && watches.delete(watch)) watch.over(excess);
  }
  looking = watches.size > 0;
  if (looking) plan(step + 1);
}

async function excessOf(
  watch: Watch,
  { processes, disk }: { readonly processes: () => Promise<readonly ProcessEntry[]>; readonly disk: boolean },
): Promise<Excess | null> {
  // A group that says nothing, as one that is gone does, limits nothing that can be relied on: then they are counted.
  const held = watch.group === null ? COUNT : await watch.group.excess().catch(() => COUNT);
  const excess = held === COUNT ? ofProcesses(watch, await processes()) : held;
  return excess ?? (disk ? ofDisk(watch) : null);
}

const COUNT = "count" as const;

function ofProcesses({ pid, limits }: Watch, all: readonly ProcessEntry[]): Excess | null {
  const family = withDescendants(all, new Set([pid]));
  if (family.length > limits.processes)
    return {
      limit: "processes",
      reason: `it had ${family.length} processes, and ${limits.processes} are allowed (limits.processes)`,
    };
  const bytes = family.reduce((sum, { residentPages }) => sum + residentPages * PAGE, 0);
  return bytes > limits.memoryBytes ? tooMuch("memory", "held", bytes, limits.memoryBytes) : null;
}

/** Counting files costs; it is done only where as much has gone from the disk as one command may take. */
async function ofDisk(watch: Watch): Promise<Excess | null> {
  const { writes, limits, freeAtStart } = watch;
  const free = await freeBytes(writes[0]);
  if (free === null || freeAtStart === null || freeAtStart - free <= limits.diskBytes) return null;
  let bytes = 0;
  for (const dir of writes) bytes += await bytesIn(dir);
  // What is large and does not grow was so before; somebody else fills the disk.
  const grows = watch.bytesBefore !== null && bytes > watch.bytesBefore;
  watch.bytesBefore = bytes;
  return grows && bytes > limits.diskBytes ? tooMuch("disk", "wrote", bytes, limits.diskBytes) : null;
}

const tooMuch = (limit: Excess["limit"], verb: string, bytes: number, allowed: number): Excess => ({
  limit,
  reason: `it ${verb} ${megabytes(bytes)} MB of ${limit === "disk" ? "files" : limit}, and ${megabytes(allowed)} are allowed (limits.${limit})`,
});

const megabytes = (bytes: number): number => Math.round(bytes / MEGABYTE);

async function freeBytes(dir: string | undefined): Promise<number | null> {
  const facts = dir === undefined ? null : await statfs(dir).catch(() => null);
  return facts === null ? null : facts.bavail * facts.bsize;
}

/** What the files of a directory take on the disk; links are not followed. */
async function bytesIn(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) bytes += await bytesIn(path);
    else
      bytes += await lstat(path).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      );
  }
  return bytes;
}
