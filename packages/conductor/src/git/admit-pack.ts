/** Lets a pack into the user's objects, after a look at all that is in it. */
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { textOf } from "./git.ts";
import type { UserRepository } from "./repository.ts";
import { scratchIn } from "./scratch.ts";

const TIMEOUT = 5 * 60_000;
const MEGABYTE = 1024 * 1024;
/** git and conductor hold these in memory whole. A file may be as large as the pack. */
const MOST_BYTES: Readonly<Record<string, number>> = { commit: 4 * MEGABYTE, tag: 4 * MEGABYTE, tree: 64 * MEGABYTE };
/** A few bytes of a pack may stand for any size: git takes so much memory at once, and gives up where it would need more. */
const ALLOC_LIMIT = "520m";
/** For the list of what is in a pack. */
const LIST_BYTES = 64 * MEGABYTE;
const LIST = [
  "cat-file",
  "--batch-all-objects",
  "--unordered",
  "--batch-check=%(objecttype) %(objectsize) %(objectname)",
];

/**
 * Admits the pack in `file`, which only conductor can write: each object in it is sound, none is too large to be worked with,
 * `commit` is a commit, and it leads to nothing that is missing. False when it is no commit; throws GIT_FAILED for the rest.
 * Until then the objects are in a place of their own: `git index-pack --strict` may find a fault when it has put them where it
 * was told to.
 */
export async function admitPack(
  { git, storeDir, objectsDir }: UserRepository,
  { file, commit, limitBytes }: { readonly file: string; readonly commit: string; readonly limitBytes?: number },
): Promise<boolean> {
  const apart = scratchIn(storeDir, "incoming", "objects");
  const memory = { GIT_ALLOC_LIMIT: ALLOC_LIMIT };
  const alone = { gitDir: storeDir, objectsDir: apart, timeoutMs: TIMEOUT, env: memory };
  const beside = { ...alone, env: { ...memory, GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(objectsDir) } };
  const limit = limitBytes === undefined ? [] : [`--max-input-size=${limitBytes}`];
  try {
    for (const part of ["info", "pack"]) await mkdir(join(apart, part), { recursive: true, mode: 0o700 });
    await git(["index-pack", "--stdin", "--fix-thin", "--strict", ...limit], { ...beside, inputFile: file });
    // Before anything reads one of them: how large they are is written beside them.
    const list = textOf(await git(LIST, { ...alone, limitBytes: LIST_BYTES }));
    refuseGiants(list.split("\n"));
    const [type] = await Promise.all([
      git(["cat-file", "-t", commit], { ...beside, answers: [128] }),
      git(["rev-list", "--objects", "--quiet", commit, "--not", "--alternate-refs"], beside),
    ]);
    if (type.stdout.toString() !== "commit\n") return false;
    // On another disk it has to be written again.
    if (!(await moveIn(join(apart, "pack"), join(objectsDir, "pack"))))
      await git(["index-pack", "--stdin", "--fix-thin"], { ...alone, objectsDir, inputFile: file });
    return true;
  } finally {
    await rm(apart, { recursive: true, force: true });
  }
}

/** Of lines "<type> <bytes> <id>". */
function refuseGiants(lines: readonly string[]): void {
  for (const line of lines) {
    const [type = "", bytes = "", id = ""] = line.split(" ");
    const most = MOST_BYTES[type];
    if (most !== undefined && Number(bytes) > most)
      throw new WerkError("GIT_FAILED", `the ${type} ${id} has ${bytes} bytes, and ${most} are allowed`, { given: id });
  }
}

/** A path as git reads it in a list of them, which colons divide (git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES). */
const quoted = (path: string): string => `"${path.replace(/["\\]/g, "\\$&")}"`;

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
