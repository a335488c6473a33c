import { type ErrorCode, WerkError } from "@taskwerk/contract/errors";

type Told = readonly [code: ErrorCode, what: string, hint: string];

/** The beginning of SQLite's code → what a person is told. The first that fits counts. */
const TOLD: readonly (readonly [string, Told])[] = [
  ["SQLITE_BUSY", ["STORE_BUSY", "is locked by another program", "Try again in a moment."]],
  ["SQLITE_LOCKED", ["STORE_BUSY", "is locked by another program", "Try again in a moment."]],
  [
    "SQLITE_FULL",
    ["STORE_FULL", "cannot grow: the disk is full", "Nothing was changed. Make room on the disk, then try again."],
  ],
  ["SQLITE_CORRUPT", ["STORE_CORRUPT", "is damaged", "Keep the file as it is and restore a backup beside it."]],
  ["SQLITE_NOTADB", ["STORE_CORRUPT", "is no database, or is damaged", "Is it the right file?"]],
  [
    "SQLITE_READONLY",
    ["READ_ONLY", "cannot be written: it is read-only", "Check the rights of the file and its directory."],
  ],
  ["SQLITE_PERM", ["READ_ONLY", "may not be used by this user", "Check the rights of the file and its directory."]],
  [
    "SQLITE_CANTOPEN",
    ["STORE_UNREADABLE", "cannot be opened", "Check that it exists and that you may read and write its directory."],
  ],
  [
    "SQLITE_IOERR",
    ["STORE_UNREADABLE", "could not be read or written by the system", "Nothing was changed. Check the disk."],
  ],
];

/**
 * An error of SQLite about `file` as a WerkError: STORE_BUSY, STORE_FULL, STORE_CORRUPT, READ_ONLY or STORE_UNREADABLE.
 * Anything else comes back as it is.
 */
export function sqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const found =
    TOLD.find(([start]) => code.startsWith(start))?.[1] ??
    (error.message.includes("directory does not exist")
      ? TOLD.find(([start]) => start === "SQLITE_CANTOPEN")![1]
      : null);
  if (!found) return error;
  const [told, what, hint] = found;
  return new WerkError(told, `${file} ${what}.`, { hint, cause: error, details: { file, sqlite: code } });
}
