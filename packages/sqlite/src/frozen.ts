import { readFileSync, statSync } from "node:fs";
import { WerkError } from "@taskwerk/contract/errors";
import { withWal } from "./wal-pages.ts";

/** Larger files are not read into memory. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** File systems keep the moment of a change to some milliseconds: two changes within this may look like one. */
const SETTLED_MS = 50;
const PAUSE_MS = 25;
const MOST_LOOKS = 40;

/**
 * A database that lies where no file can be made or grow, whole, for a connection in memory: SQLite reads a file in WAL
 * mode only with room for another beside it. Waits a second at most for others who are changing it. Throws STORE_UNREADABLE
 * when they go on, when a change was cut off that only SQLite can take back, or when it is too large.
 */
export async function frozenDatabase(file: string): Promise<Buffer> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const before = looksOf(file);
    const bytes = withWal(readFileSync(file), contentOf(`${file}-wal`));
    if (before.isSettled && looksOf(file).state === before.state) {
      // These two say that it is in WAL mode, which is not for memory (https://sqlite.org/fileformat.html, 1.3.3).
      bytes[18] = 1;
      bytes[19] = 1;
      return bytes;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw unreadable(file, "and somebody else is changing it");
}

/** The state of the files, and whether it has been that for long enough to be sure of it. */
function looksOf(file: string): { readonly state: string; readonly isSettled: boolean } {
  const found = [file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (found.reduce((sum, one) => sum + (one?.size ?? 0), 0) > MOST_BYTES) {
    throw unreadable(file, "and is too large to be read into memory");
  }
  if (statSync(`${file}-journal`, { throwIfNoEntry: false })?.size) {
    throw unreadable(file, `and a change that was cut off is still in ${file}-journal`);
  }
  const now = Date.now();
  return {
    state: found.map((one) => (one ? `${one.ino} ${one.size} ${one.mtimeMs}` : "none")).join(", "),
    // A moment that is yet to come is that of another clock.
    isSettled: found.every((one) => one === undefined || one.mtimeMs > now || now - one.mtimeMs >= SETTLED_MS),
  };
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

const unreadable = (file: string, why: string): WerkError =>
  new WerkError("STORE_UNREADABLE", `${file} lies where nothing can be written, ${why}.`, {
    hint: "Copy its directory to a place that can be written, and read it there.",
    details: { file },
  });
