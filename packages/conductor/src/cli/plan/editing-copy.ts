/** The copy of a plan's file in which changes stand that the file does not have yet. */
import { readFile, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writePlanText } from "../../plan/file.ts";
import { digestOf } from "../read-config.ts";

/** Where the copy of this file is, or would be. */
export const editingCopyOf = (file: string): string => join(dirname(file), ".editing", basename(file));

/** Where it is kept beside the copy what the file said that it was made from. */
const digestPath = (copy: string): string => `${copy}.sha256`;

/** Writes the copy; `before`: what the file says that it is to replace. */
export async function keepCopy(copy: string, text: string, before: string): Promise<void> {
  await writePlanText(digestPath(copy), `${digestOf(before)}\n`);
  await writePlanText(copy, text);
}

/** Whether the file, which says `now`, was written after the copy was made of it. What is not known is taken for that. */
export async function isFileNewer(copy: string, now: string): Promise<boolean> {
  const digest = await readFile(digestPath(copy), "utf8").catch(() => "");
  return digest.trim() !== digestOf(now);
}

/** Takes the copy away, and its folder when nothing else is in it. */
export async function takeCopyAway(copy: string): Promise<void> {
  await rm(copy, { force: true });
  await rm(digestPath(copy), { force: true });
  await rmdir(dirname(copy)).catch(() => undefined);
}
