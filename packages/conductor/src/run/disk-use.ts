/** What conductor has on the disk for one repository, and which command frees it. Looks only. */
import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface DiskUse {
  readonly what: string;
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** What to type to have less of it; null = it is needed, or too small to matter. */
  readonly frees: string | null;
}

/** Under conductor's own directory for the repository. */
const PLACES = [
  ["clones", "attempts", "conductor clean"],
  ["checkouts", "checkouts", "conductor clean"],
  ["setup", "setup", "conductor clean --older-than 1d"],
  ["plan answers", "plan-answers", "conductor clean --older-than 1d"],
  ["gate logs", "logs", "conductor clean --older-than 7d"],
  ["transcripts", "transcripts", "conductor clean --older-than 7d"],
  ["traces", "traces", "conductor clean --older-than 7d"],
  ["git store", "git", null],
] as const;

/** Every place, also what is empty; `journal`: its file, beside the repository. */
export async function diskUse({
  stateDir,
  journal,
}: {
  readonly stateDir: string;
  readonly journal: string;
}): Promise<readonly DiskUse[]> {
  const uses: DiskUse[] = [];
  for (const [what, name, frees] of PLACES) {
    const path = join(stateDir, name);
    const size = await sizeOf(path);
    uses.push({ what, path, ...size, frees: size.files === 0 ? null : frees });
  }
  const all = await sizeOf(stateDir);
  const known = uses.reduce((sum, { files, bytes }) => ({ files: sum.files + files, bytes: sum.bytes + bytes }), {
    files: 0,
    bytes: 0,
  });
  uses.push({
    what: "other",
    path: stateDir,
    files: Math.max(0, all.files - known.files),
    bytes: Math.max(0, all.bytes - known.bytes),
    frees: null,
  });
  uses.push({ what: "journal, plans", path: dirname(journal), ...(await sizeOf(dirname(journal))), frees: null });
  return uses;
}

/** Files below a path and what they take on the disk, in bytes. Links are counted, never followed; what vanishes meanwhile counts as none. */
export async function sizeOf(path: string): Promise<{ readonly files: number; readonly bytes: number }> {
  const about = await lstat(path).catch(() => null);
  if (about === null) return { files: 0, bytes: 0 };
  const own = about.blocks * 512;
  if (!about.isDirectory()) return { files: 1, bytes: own };
  let [files, bytes] = [0, own];
  for (const name of await readdir(path).catch(() => [])) {
    const below = await sizeOf(join(path, name));
    files += below.files;
    bytes += below.bytes;
  }
  return { files, bytes };
}
