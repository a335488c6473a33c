/** A disk of a few megabytes, which can be filled and made read-only. Needs the right to mount one. */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  /** Where it is. */
  readonly dir: string;
  /** Writes a file until there is no room left for a single byte. */
  readonly fill: () => void;
  /** Takes that file away. */
  readonly free: () => void;
  readonly writable: (is: boolean) => void;
  readonly remove: () => void;
}

/** Says whether a disk can be mounted here. Tests that need one say so where they skip. */
export function mayMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), "disk-"));
  const may = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", dir]).status === 0;
  if (may) execFileSync("umount", ["--lazy", dir]);
  rmdirSync(dir);
  if (!may) process.stderr.write("SKIPPED: no disk can be mounted here\n");
  return may;
}

/** Mounts one. Remove it when the story is told. */
export function mountSmallDisk(megabytes: number): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), "disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "none", dir]);
  const filler = join(dir, "filler");
  return {
    dir,
    fill() {
      const file = openSync(filler, "a");
      try {
        for (const size of [65_536, 4096, 1]) writeUntilFull(file, Buffer.alloc(size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler),
    writable: (is) => execFileSync("mount", ["-o", `remount,${is ? "rw" : "ro"}`, dir]),
    remove() {
      execFileSync("umount", ["--lazy", dir]);
      rmdirSync(dir);
    },
  };
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(file, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
