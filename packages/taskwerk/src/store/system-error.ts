import { type ErrorCode, WerkError } from "@taskwerk/contract/errors";

const CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  EACCES: ["READ_ONLY", "may not be written by this user"],
  EPERM: ["READ_ONLY", "may not be written by this user"],
  EROFS: ["READ_ONLY", "is on a read-only disk"],
  ENOSPC: ["STORE_FULL", "cannot be written: the disk is full"],
  EDQUOT: ["STORE_FULL", "cannot be written: the disk quota is used up"],
  EIO: ["STORE_UNREADABLE", "could not be read or written by the system"],
  ESTALE: ["STORE_UNREADABLE", "could not be read or written by the system"],
  ENOTDIR: ["STORE_UNREADABLE", "is no directory"],
  EEXIST: ["STORE_UNREADABLE", "is no directory"],
};

/** What the file system said about `path`, as a WerkError; an unknown error comes back as it is. */
export function systemError(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  return known
    ? new WerkError(known[0], `${path} ${known[1]}.`, { cause: error, hint: "Check the rights and the disk." })
    : error;
}
