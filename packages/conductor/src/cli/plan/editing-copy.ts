/** The copy of a plan's file in which changes stand that the file does not have yet. */
import { rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Where the copy of this file is, or would be. */
export const editingCopyOf = (file: string): string => join(dirname(file), ".editing", basename(file));

/** Takes the copy away, and its folder when nothing else is in it. */
export async function takeCopyAway(copy: string): Promise<void> {
  await rm(copy, { force: true });
  await rmdir(dirname(copy)).catch(() => undefined);
}
