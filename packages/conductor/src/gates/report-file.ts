/** A report that a gate's command writes into the checkout: the code that is judged lives there too, so nothing of it is trusted. */
import { constants } from "node:fs";
import { open, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";

export type ReportFile =
  | { readonly kind: "found"; readonly text: string; readonly overflow: boolean }
  /** `reason` ends a sentence that begins with the report's path. */
  | { readonly kind: "missing"; readonly reason: string };

/** Takes away what lies at `path` before the command runs: a report that the tree brought along is none. */
export async function clearReportFile(checkout: string, path: string): Promise<void> {
  const place = await placeOf(checkout, path);
  if (place !== null) await rm(place, { recursive: true, force: true });
}

/** Reads it, at most `limitBytes`; only a plain file inside the checkout is one. */
export async function readReportFile(checkout: string, path: string, limitBytes: number): Promise<ReportFile> {
  const place = await placeOf(checkout, path);
  if (place === null) return { kind: "missing", reason: "was not written" };
  try {
    // Neither a link nor a pipe is followed or waited for.
    const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) return { kind: "missing", reason: "is no plain file" };
      const { size } = found;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, limitBytes)), 0);
      const text = buffer.subarray(0, bytesRead).toString("utf8");
      return { kind: "found", text, overflow: size > limitBytes };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { kind: "missing", reason: code === "ENOENT" ? "was not written" : `cannot be read (${code ?? error})` };
  }
}

/** Where `path` really is, if its folder is there and lies inside the checkout. */
async function placeOf(checkout: string, path: string): Promise<string | null> {
  try {
    const [top, folder] = [await realpath(checkout), await realpath(join(checkout, dirname(path)))];
    if (!(await stat(folder)).isDirectory()) return null;
    return folder === top || folder.startsWith(top + sep) ? join(folder, basename(path)) : null;
  } catch {
    return null;
  }
}
