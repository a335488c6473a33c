/** Directories with sockets that conductors which were killed have left where everybody keeps what is for a moment. */
import { readlinkSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning, startTimeOf } from "@taskwerk/contract/is-running";
import { type SocketOwner, socketOwnerIn } from "../model/socket-dir.ts";

/** This process, as the names of its directories say it. */
export async function socketOwner(): Promise<SocketOwner> {
  return { namespace: namespaceOfPids(), pid: process.pid, startTime: startTimeOf(process.pid) };
}

/** Where such directories are made. */
export const socketParents = (): readonly string[] => [...new Set([tmpdir(), "/tmp"])];

/**
 * Those in `parents` whose conductor is gone: this user's, of this count of pids, and no process of that number began when it
 * did. Whatever cannot be told of is somebody's. Answers their paths; `dryRun`: removes none.
 */
export async function sweepSockets(
  parents: readonly string[],
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<readonly string[]> {
  const swept: string[] = [];
  for (const parent of parents)
    for (const name of await readdir(parent).catch(() => [])) {
      const owner = socketOwnerIn(name);
      const path = join(parent, name);
      if (owner === null || !(await isOurs(path)) || !(await isGone(owner))) continue;
      if (!dryRun && !(await removed(path))) continue;
      swept.push(path);
    }
  return swept;
}

/** A directory of this user's, and no link to one. */
async function isOurs(path: string): Promise<boolean> {
  const about = await lstat(path).catch(() => null);
  return about?.isDirectory() === true && about.uid === process.getuid?.();
}

const isGone = async (owner: SocketOwner): Promise<boolean> =>
  owner.namespace === namespaceOfPids() && !isRunning(owner);

const removed = (path: string): Promise<boolean> =>
  rm(path, { recursive: true, force: true }).then(
    () => true,
    () => false,
  );

function namespaceOfPids(): number {
  try {
    return Number(/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? 0);
  } catch {
    return 0;
  }
}
