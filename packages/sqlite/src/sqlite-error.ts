import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { type ErrorCode, WerkError } from "@taskwerk/contract/errors";

type Told = readonly [code: ErrorCode, what: string, hint: string];

const FULL: Told = [
  "STORE_FULL",
  "cannot grow: the disk is full",
  "Nothing was changed. Make room on the disk, then try again.",
];

const SEALED: Told = [
  "READ_ONLY",
  "cannot be written: it is read-only",
  "Check the rights of the file and its directory, and the disk.",
];

/** The beginning of SQLite's code → what a person is told. The first that fits counts. */
const TOLD: readonly (readonly [string, Told])[] = [
  ["SQLITE_BUSY", ["STORE_BUSY", "is locked by another program", "Try again in a moment."]],
  ["SQLITE_LOCKED", ["STORE_BUSY", "is locked by another program", "Try again in a moment."]],
  ["SQLITE_FULL", FULL],
  ["SQLITE_CORRUPT", ["STORE_CORRUPT", "is damaged", "Keep the file as it is and restore a backup beside it."]],
  ["SQLITE_NOTADB", ["STORE_CORRUPT", "is no database, or is damaged", "Is it the right file?"]],
  ["SQLITE_READONLY", SEALED],
  ["SQLITE_PERM", ["READ_ONLY", "may not be used by this user", "Check the rights of the file and its directory."]],
  [
    "SQLITE_CANTOPEN",
    ["STORE_UNREADABLE", "cannot be opened", "Check that it exists and that you may read and write its directory."],
  ],
  [
    "SQLITE_IOERR",
    [
      "STORE_UNREADABLE",
      "could not be read or written by the system",
      "Nothing was changed. Check the disk: it may be full, or broken.",
    ],
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
    (code.startsWith("SQLITE_IOERR") && isFull(file) ? FULL : undefined) ??
    (code.startsWith("SQLITE_CANTOPEN") && isSealed(file) ? SEALED : undefined) ??
    TOLD.find(([start]) => code.startsWith(start))?.[1] ??
    (error.message.includes("directory does not exist")
      ? TOLD.find(([start]) => start === "SQLITE_CANTOPEN")![1]
      : null);
  if (!found) return error;
  const [told, what, hint] = found;
  return new WerkError(told, `${file} ${what}.`, { hint, cause: error, details: { file, sqlite: code } });
}

/**
 * An error of SQLite that a transaction's end met when the disk failed; null for any other. SQLite has taken the transaction
 * back, but what it wrote before may come to light when the file is opened the next time.
 */
export function unsureError(error: unknown, file: string): WerkError | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!code.startsWith("SQLITE_IOERR")) return null;
  return new WerkError(
    "STORE_UNREADABLE",
    `${file} could not be written by the system; whether this change was kept is not certain.`,
    {
      hint: "Check the disk: it may be full, or broken. Then look whether it is done before you do it again.",
      cause: error,
      details: { file, sqlite: code, unsure: true },
    },
  );
}

/** Less than a page of SQLite's shared memory and some: it asks for this much before anything else. */
const LEAST_BYTES = 64 * 1024;

/** For some calls SQLite does not say that it was for lack of room that they failed. */
function isFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < LEAST_BYTES;
  } catch {
    return false;
  }
}

/** SQLite cannot open what lies there already for want of the files that it has to make beside it. */
function isSealed(file: string): boolean {
  try {
    if (!existsSync(file)) return false;
    accessSync(dirname(file), constants.W_OK);
    return false;
  } catch {
    return true;
  }
}
