/** Lets a pack into the user's objects, after a look at all that is in it. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { UserRepository } from "./repository.ts";
import { scratchIn } from "./scratch.ts";

const TIMEOUT = 5 * 60_000;

/**
 * Admits the pack in `file`, which only conductor can write: each object in it is sound, `commit` is a commit, and it leads to
 * nothing that is missing. False when it is no commit; throws GIT_FAILED for the rest. Until then the objects are in a place of
 * their own: `git index-pack --strict` may find a fault when it has put them where it was told to.
 */
export async function admitPack(
  { git, storeDir, objectsDir }: UserRepository,
  { file, commit, limitBytes }: { readonly file: string; readonly commit: string; readonly limitBytes?: number },
): Promise<boolean> {
  const apart = scratchIn(storeDir, "incoming", "objects");
  const input = { gitDir: storeDir, inputFile: file, timeoutMs: TIMEOUT };
  const look = { gitDir: storeDir, objectsDir: apart, timeoutMs: TIMEOUT };
  const limit = limitBytes === undefined ? [] : [`--max-input-size=${limitBytes}`];
  try {
    for (const part of ["info", "pack"]) await mkdir(join(apart, part), { recursive: true, mode: 0o700 });
    await writeFile(join(apart, "info/alternates"), `${objectsDir}\n`);
    await git(["index-pack", "--stdin", "--fix-thin", "--strict", ...limit], { ...input, objectsDir: apart });
    const [type] = await Promise.all([
      git(["cat-file", "-t", commit], { ...look, answers: [128] }),
      git(["rev-list", "--objects", "--quiet", commit, "--not", "--alternate-refs"], look),
    ]);
    if (type.stdout.toString() !== "commit\n") return false;
    // On another disk it has to be written again.
    if (!(await moveIn(join(apart, "pack"), join(objectsDir, "pack"))))
      await git(["index-pack", "--stdin", "--fix-thin"], { ...input, objectsDir });
    return true;
  } finally {
    await rm(apart, { recursive: true, force: true });
  }
}

/** Moves what `git index-pack` has written, whole as it is, the index last: with that git sees it. False when it is another disk. */
async function moveIn(from: string, to: string): Promise<boolean> {
  const names = (await readdir(from)).sort((a, b) => Number(a.endsWith(".idx")) - Number(b.endsWith(".idx")));
  await mkdir(to, { recursive: true });
  try {
    for (const name of names) await rename(join(from, name), join(to, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EXDEV") return false;
    throw error;
  }
}
