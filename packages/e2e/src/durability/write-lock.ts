/** Who may write a store at the moment, asked of the system and not of the program. */
import { readFileSync, statSync } from "node:fs";

/** The byte of the `-shm` file whose lock lets one connection write: WAL_WRITE_LOCK of SQLite's "WAL-mode File Format". */
const WRITE_LOCK = 120;

/** Whether a process holds the write lock of the database in `file` (Linux: of `/proc/locks`). */
export function holdsWriteLock(pid: number | undefined, file: string): boolean {
  const shared = statSync(`${file}-shm`, { throwIfNoEntry: false });
  if (shared === undefined || pid === undefined) return false;
  return readFileSync("/proc/locks", "utf8")
    .split("\n")
    .some((line) => {
      // "1: POSIX  ADVISORY  WRITE 10308 00:1a:255 120 120"; one that only waits has an arrow before POSIX.
      const [, kind, , mode, holder, place, from, to] = line.split(/\s+/);
      return (
        kind === "POSIX" &&
        mode === "WRITE" &&
        Number(holder) === pid &&
        Number(place?.split(":")[2]) === shared.ino &&
        Number(from) <= WRITE_LOCK &&
        (to === "EOF" || Number(to) >= WRITE_LOCK)
      );
    });
}
