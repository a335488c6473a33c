import { lstatSync } from "node:fs";

/** What a file is known by: another text whenever its content may be another. */
export type FileStamp = string;

const ABSENT = "-";
const LINK = "link";
/** A clock that files are stamped with may lag behind by some milliseconds, and count whole seconds on old file systems. */
const TICK_MS = 100;
const COARSE_TICK_MS = 3_000;

/**
 * The stamp of a file or directory as it is now. Of a write-ahead log the time of its last write alone counts: SQLite may give
 * it its rights anew with every reader; one that is empty says as much as none. What a link leads to is not looked at. Throws
 * what the system says where it may not be looked at.
 */
export function stampOf(path: string): FileStamp {
  const there = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  const isLog = path.endsWith("-wal");
  if (there === undefined || (isLog && there.size === 0n)) return ABSENT;
  if (there.isSymbolicLink()) return LINK;
  const { ino, size, mtimeNs, ctimeNs } = there;
  return [ino, size, ...(isLog ? [mtimeNs] : [mtimeNs, ctimeNs])].join(":");
}

/**
 * True when nobody can have changed the file between `since` (milliseconds of the epoch) and the moment its stamp was taken:
 * its last change lies before that, by more than what clocks of files are wrong by. Never of a link, which stays the same while
 * what it leads to changes.
 */
export function isSettled(stamp: FileStamp, since: number): boolean {
  if (stamp === ABSENT) return true;
  if (stamp === LINK) return false;
  return stamp
    .split(":")
    .slice(2)
    .every((time) => Number(BigInt(time) / 1_000_000n) + tickOf(time) < since);
}

const tickOf = (time: string): number => (time.endsWith("000000000") ? COARSE_TICK_MS : TICK_MS);
