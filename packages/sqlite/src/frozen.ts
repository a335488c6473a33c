import { readFileSync, statSync } from "node:fs";
import { WerkError } from "@taskwerk/contract/errors";

/** Larger files are not read into memory. */
const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * A database that lies where nothing can be written, whole, for a connection in memory: SQLite reads a file in WAL mode
 * only where it can make files beside it. Throws STORE_UNREADABLE when the file alone is not all of it (changes lie in
 * its -wal), when it is being changed, or when it is too large.
 */
export function frozenDatabase(file: string): Buffer {
  const look = (): string => {
    const { size, mtimeMs } = statSync(file);
    if (size > MOST_BYTES) throw unreadable(file, "and is too large to be read into memory");
    if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size) {
      throw unreadable(file, `and its last changes are still in ${file}-wal`);
    }
    return `${size} ${mtimeMs}`;
  };
  const before = look();
  const bytes = readFileSync(file);
  if (look() !== before) throw unreadable(file, "and somebody else is changing it");
  // These two say that it is in WAL mode, which is not for memory (https://sqlite.org/fileformat.html, 1.3.3).
  bytes[18] = 1;
  bytes[19] = 1;
  return bytes;
}

const unreadable = (file: string, why: string): WerkError =>
  new WerkError("STORE_UNREADABLE", `${file} lies where nothing can be written, ${why}.`, {
    hint: "Copy its directory to a place that can be written, and read it there.",
    details: { file },
  });
