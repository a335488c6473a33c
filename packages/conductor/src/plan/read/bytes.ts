import { constants } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { nearNames } from "./near-names.ts";
import { unreadable } from "./unreadable.ts";

const MEGABYTE = 1024 * 1024;

/** Reads a regular file of at most `limit` bytes. Throws FILE_NOT_FOUND (with near names) and PRD_UNREADABLE. */
export async function readBytes(path: string, absolute: string, limit: number): Promise<Buffer> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK, opening a pipe waits for a writer that may never come.
    file = await open(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw await openFailure(path, absolute, error);
  }
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw unreadable(path, "it is a directory", "Name the document in it.");
    if (!stat.isFile()) throw unreadable(path, "it is not a regular file", "Save it as a file and name that.");
    const bytes = stat.size > limit ? null : await readAtMost(file, limit + 1);
    if (bytes === null || bytes.length > limit) {
      throw unreadable(
        path,
        `it is larger than ${limit / MEGABYTE} MB`,
        "Split it and name the parts: conductor plan decompose A.md B.md",
      );
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** By what was read, not by the size that the file claims: some files grow, some claim 0. */
async function readAtMost(file: FileHandle, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < limit) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(256 * 1024, limit - total)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(chunks);
}

async function openFailure(path: string, absolute: string, error: unknown): Promise<WerkError> {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") {
    const folder = dirname(absolute);
    const names = await readdir(folder).catch(() => [] as string[]);
    const typed = dirname(path);
    if (names.includes(basename(path)))
      return new WerkError("FILE_NOT_FOUND", `${path} is a link to a file that is not there`, {
        hint: `See where it leads: ls -l ${path}`,
        given: path,
      });
    const near = nearNames(basename(path), names).map((name) => (typed === "." ? name : join(typed, name)));
    return new WerkError("FILE_NOT_FOUND", `there is no file ${path}`, {
      hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Look at what is there: ls ${typed}`,
      given: path,
      candidates: near,
    });
  }
  const reason =
    code === "EACCES" || code === "EPERM"
      ? "permission denied"
      : code === "ELOOP"
        ? "its links go in a circle"
        : `${code}`;
  return unreadable(path, reason, "Check that you can open it yourself.");
}
