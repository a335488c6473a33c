import { copyFile, stat, utimes } from "node:fs/promises";

/**
 * A copy needs no lock and leaves none behind. Its time stays the same, or is a little earlier: a file that is as old as the index
 * or younger git does not trust (Documentation/technical/racy-git), so an index that is too young makes it miss changes. False
 * when there is nothing to copy.
 */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  try {
    // Before the copy: another one may be put in its place meanwhile, and that is younger.
    const { atimeNs, mtimeNs } = await stat(from, { bigint: true });
    await copyFile(from, to);
    await utimes(to, secondsOf(atimeNs), secondsOf(mtimeNs));
    return true;
  } catch {
    return false;
  }
}

/** The number of seconds, a microsecond early at most and never late: a number cannot hold nanoseconds. Whole seconds are exact. */
function secondsOf(ns: bigint): number {
  const us = ns / 1_000n;
  return Number(us) / 1e6 - (us % 1_000_000n === 0n ? 0 : 5e-7);
}
