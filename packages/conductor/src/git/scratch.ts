/** Names for what a process throws away again, in what conductor keeps for a repository. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";

/** A path of its own, with its owner in the name: what a dead one has left is told from what is in use by that. */
export const scratchIn = (dir: string, place: "indexes" | "incoming" | "checkouts", what: string): string =>
  join(dir, place, `${what}.${process.pid}.${randomUUID()}`);

/** The process that a name of such a path belongs to, also with something added to it; null for other names. */
export function ownerOf(name: string): number | null {
  const pid = /^[\w-]+\.(\d+)\.[0-9a-z-]{8,}/.exec(name)?.[1];
  return pid === undefined ? null : Number(pid);
}
