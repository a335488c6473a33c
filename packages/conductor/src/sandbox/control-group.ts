/**
 * Holds a command and all it starts to its memory and its processes by a control group (cgroup v2, kernel's
 * admin-guide/cgroup-v2): the kernel says no at once, where a watch can only look now and then. Only where the group that
 * conductor runs in is below one that it may make others in, with both controllers on, as systemd's user session delegates it;
 * conductor turns none on and moves nothing but its own commands.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startTimeOf } from "@taskwerk/contract/is-running";
import type { Excess, UseLimits } from "../model/command.ts";
import { isInside } from "./system-view.ts";

export interface ControlGroup {
  /** What a command line begins with to run in it. */
  readonly launcher: readonly string[];
  /** What was too much so far, or null. */
  excess(): Promise<Excess | null>;
  /** Kills all that is in it and removes it. */
  end(): Promise<void>;
}

export interface ControlGroups {
  make(limits: UseLimits): Promise<ControlGroup>;
}

/** How the launcher says that the command never ran. */
export const NOT_GROUPED = "conductor-group: ";

/** Puts itself in the group before it becomes the command, so that nothing is started outside. */
const LAUNCH = `{ echo $$ > "$0/cgroup.procs"; } 2>/dev/null && exec "$@"
echo "${NOT_GROUPED}it could not be put in its control group" >&2; exit 1`;

/** The kernel counts threads; so many has a process that is no trouble. What is beyond that is a flood. */
const THREADS = 16;
const MEGABYTE = 1024 * 1024;
const STEP = 25;
const MAX_STEPS = 80;
const CONTROLLERS = ["memory", "pids"] as const;
const NAME = /^conductor-(\d+)-(\d+)-[0-9a-f-]+$/;

/** Finds where groups can be made, tries it with one, and removes those of conductors that are gone. Null where it cannot be. */
export async function findControlGroups(): Promise<ControlGroups | null> {
  const [mounts, own] = await Promise.all(
    ["/proc/self/mountinfo", "/proc/self/cgroup"].map((path) => readFile(path, "utf8").catch(() => "")),
  );
  const place = ownGroup(mounts ?? "", own ?? "");
  const parent = place === null ? null : await nearestParent(place);
  if (parent === null) return null;
  await removeStale(parent);
  const groups: ControlGroups = { make: (limits) => makeGroup(parent, limits) };
  return (await works(groups)) ? groups : null;
}

/**
 * The directory of the group that a process is in and the top of that mount, from /proc/PID/mountinfo and /proc/PID/cgroup.
 * Null where there is no cgroup v2, or it is not to be seen from here. Pure.
 */
export function ownGroup(mountinfo: string, cgroup: string): { readonly dir: string; readonly top: string } | null {
  // A path that begins with dots leads out of what this process may see.
  const own = /^0::(\/(?!\.\.).*)$/m.exec(cgroup)?.[1];
  const mount = mountinfo
    .split("\n")
    .map((line) => /^\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2 /.exec(line))
    .find((found) => found !== null);
  const [root, top] = [mount?.[1], mount?.[2]].map((path) => path?.replace(/\\040/g, " "));
  if (own === undefined || root === undefined || top === undefined || !isInside(own, root)) return null;
  return { dir: join(top, relative(root, own)), top };
}

/** Groups are made beside the one that conductor is in: one with processes of its own cannot have others below it. */
async function nearestParent({ dir, top }: { readonly dir: string; readonly top: string }): Promise<string | null> {
  for (let at = dir; isInside(at, top); at = dirname(at)) {
    const on = (await readFile(join(at, "cgroup.subtree_control"), "utf8").catch(() => "")).trim().split(" ");
    if (CONTROLLERS.every((name) => on.includes(name))) return at;
    if (at === top) break;
  }
  return null;
}

/** An empty one can be removed, and no other. */
async function removeStale(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, pid, startTime] = NAME.exec(name) ?? [];
    if (pid === undefined || startTimeOf(Number(pid)) === startTime) continue;
    await rmdir(join(parent, name)).catch(() => undefined);
  }
}

/** Whether a command can be put in one and is then alone there. */
async function works(groups: ControlGroups): Promise<boolean> {
  const group = await groups.make({ memoryBytes: 64 * MEGABYTE, processes: 10, diskBytes: 0 }).catch(() => null);
  if (group === null) return false;
  try {
    const [file = "", ...args] = [...group.launcher, "/bin/cat", "/proc/self/cgroup"];
    const { stdout } = await promisify(execFile)(file, args, { timeout: 5_000, env: {} });
    return stdout.includes(`/conductor-${process.pid}-`);
  } catch {
    return false;
  } finally {
    await group.end();
  }
}

async function makeGroup(parent: string, limits: UseLimits): Promise<ControlGroup> {
  const { memoryBytes, processes } = limits;
  const dir = join(parent, `conductor-${process.pid}-${startTimeOf(process.pid)}-${randomUUID()}`);
  await mkdir(dir);
  try {
    await writeFile(join(dir, "memory.max"), String(memoryBytes));
    await writeFile(join(dir, "pids.max"), String(processes * THREADS));
    // Without the one there is no swap, and without the other the kernel picks one process.
    await writeFile(join(dir, "memory.swap.max"), "0").catch(() => undefined);
    await writeFile(join(dir, "memory.oom.group"), "1").catch(() => undefined);
  } catch (error) {
    await rmdir(dir).catch(() => undefined);
    throw error;
  }
  return {
    launcher: ["/bin/sh", "-c", LAUNCH, dir],
    excess: () => excessIn(dir, limits),
    end: () => endGroup(dir),
  };
}

async function excessIn(dir: string, { memoryBytes, processes }: UseLimits): Promise<Excess | null> {
  if ((await countOf(dir, "memory.events", "oom_kill")) > 0) {
    const megabytes = Math.round(memoryBytes / MEGABYTE);
    return {
      limit: "memory",
      reason: `it held ${megabytes} MB of memory, and ${megabytes} are allowed (limits.memory)`,
    };
  }
  if ((await countOf(dir, "pids.events", "max")) > 0)
    return {
      limit: "processes",
      reason: `it had ${processes * THREADS} processes and threads, and ${processes} are allowed (limits.processes)`,
    };
  const living = (await readFile(join(dir, "cgroup.procs"), "utf8").catch(() => "")).split("\n").length - 1;
  if (living <= processes) return null;
  return { limit: "processes", reason: `it had ${living} processes, and ${processes} are allowed (limits.processes)` };
}

async function countOf(dir: string, file: string, key: string): Promise<number> {
  const text = await readFile(join(dir, file), "utf8").catch(() => "");
  return Number(new RegExp(`^${key} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
}

/** What was killed takes a moment to be gone. What does not go is left for the next conductor. */
async function endGroup(dir: string): Promise<void> {
  // Kernels before 5.14 cannot; by now everything has been ended the other way too.
  await writeFile(join(dir, "cgroup.kill"), "1").catch(() => undefined);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const left = await rmdir(dir).then(
      () => null,
      ({ code }: NodeJS.ErrnoException) => code,
    );
    if (left !== "EBUSY") return;
    await sleep(STEP);
  }
}
