import { closeSync, constants, fsyncSync, openSync, writeSync } from "node:fs";
import { access, chmod, mkdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { syncDirectory } from "@taskwerk/sqlite/sync";
import { holdLock } from "./hold-lock.ts";

/** How long a file that somebody else edits is waited for. */
const PATIENCE_MS = 30_000;

/**
 * Makes of a file's text (null: there is no file) what `edit` makes of it, or leaves it where that is null. Who edits the same
 * file waits for its turn, so that nobody's edit is lost; the file is replaced in one step, and is on the disk when this
 * returns. Beside it stays a `.lock`. A new file gets `mode`. Throws CONFIG_INVALID for one that cannot be read,
 * READ_ONLY, STORE_FULL, STORE_BUSY, and what `edit` throws.
 */
export async function editFile(
  named: string,
  mode: number,
  edit: (text: string | null) => Promise<string | null>,
): Promise<void> {
  // A link stays a link.
  const file = await realpath(named).catch(() => named);
  const before = await textOf(file);
  // What cannot be edited is said before anything is made.
  if ((await edit(before)) === null) return;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw unwritable(file, cause);
  }
  await holdLock(`${file}.lock`, PATIENCE_MS, async () => {
    const edited = await edit(await textOf(file));
    if (edited !== null) await replace(file, edited, mode);
  });
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw new WerkError("CONFIG_INVALID", `${file} cannot be read: ${cause.code}.`, {
      hint: "Where each value comes from:  taskwerk config explain",
      cause,
    });
  });
}

/** Only one does this at a time, so that one name is enough; what lies there was left by one that died. */
async function replace(file: string, text: string, mode: number): Promise<void> {
  const part = `${file}.tmp`;
  try {
    await rm(part, { force: true });
    const handle = openSync(part, "wx", 0o600);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    await chmod(part, ((await stat(file).catch(() => null))?.mode ?? mode) & 0o777);
    await rename(part, file);
    syncDirectory(dirname(file));
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): WerkError {
  const { code } = cause as NodeJS.ErrnoException;
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new WerkError(full ? "STORE_FULL" : "READ_ONLY", `${file} cannot be written: ${code}.`, {
    hint: "Which files there are:  taskwerk config path",
    cause,
  });
}
