import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { syncDirectory } from "@taskwerk/sqlite/sync";
import { partFile, sweepParts } from "./part-file.ts";

/** Where a document goes. */
export interface FileTarget {
  readonly write: (text: string) => void;
  /** Everything is written. */
  readonly done: () => void;
  /** It failed: nothing of it stays. */
  readonly drop: () => void;
}

/**
 * A file that appears under its name only when it is whole and on the disk; what killed processes left beside it goes first.
 * `name` is how the user calls it. Throws USAGE, STORE_FULL.
 */
export async function fileTarget(path: string, name: string): Promise<FileTarget> {
  const fail = (cause: unknown): never => {
    const { code } = cause as NodeJS.ErrnoException;
    throw new WerkError(
      code === "ENOSPC" ? "STORE_FULL" : "USAGE",
      `cannot write ${path}: ${WHY[code ?? ""] ?? code}.`,
      {
        hint: "Name another file with -o, or leave it out and take what is on stdout.",
        cause,
        field: "output",
        given: name,
      },
    );
  };
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) fail({ code: "EISDIR" });
  // A pipe or a device takes it as it comes.
  const isPlain = found === undefined || found.isFile();
  // A link stays one: what it leads to is replaced.
  const place = found === undefined ? path : realpathSync(path);
  if (isPlain) await sweepParts(dirname(place));
  const written = isPlain ? await partFile(place, process.pid) : path;
  let file: number;
  try {
    file = openSync(written, isPlain ? "wx" : "w", found?.mode ?? 0o644);
  } catch (cause) {
    return fail(cause);
  }
  const state = { open: true };
  return {
    write(text) {
      const bytes = Buffer.from(text);
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      } catch (cause) {
        fail(cause);
      }
    },
    done() {
      try {
        if (isPlain) fsyncSync(file);
        closeSync(file);
        state.open = false;
        if (isPlain) {
          renameSync(written, place);
          syncDirectory(dirname(place));
        }
      } catch (cause) {
        fail(cause);
      }
    },
    drop() {
      if (state.open) closeSync(file);
      state.open = false;
      if (isPlain) rmSync(written, { force: true });
    },
  };
}

const WHY: Readonly<Record<string, string>> = {
  EISDIR: "it is a directory",
  ENOENT: "its directory is not there",
  ENOTDIR: "its directory is not there",
  EACCES: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
};
