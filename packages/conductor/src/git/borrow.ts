/**
 * Clones of a big repository borrow its objects (gitrepository-layout, `alternates`) instead of holding a copy. A confined
 * command sees them read-only; a hard link would be the same file, and whoever can write it ruins both.
 */
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { UserRepository } from "./repository.ts";

/** Beside the clone, where no agent writes: it says that the clone borrows. */
const MARK = "borrows";

/**
 * Why nobody can borrow from these objects, in a sentence that goes on after "because"; null = it is possible. Only this one
 * directory is shown to an agent, so all of them must lie in it.
 */
export async function whyNotBorrowed(objectsDir: string): Promise<string | null> {
  const alternates = await readFile(join(objectsDir, "info/alternates"), "utf8").catch(() => "");
  if (alternates.trim() !== "") return "your repository itself borrows objects from another";
  for (const dir of [objectsDir, join(objectsDir, "pack"), join(objectsDir, "info")]) {
    if ((await lstat(dir).catch(() => null))?.isSymbolicLink()) return `${dir} is a symbolic link`;
    const link = (await readdir(dir, { withFileTypes: true }).catch(() => [])).find((entry) => entry.isSymbolicLink());
    if (link !== undefined) return `${join(dir, link.name)} is a symbolic link`;
  }
  return null;
}

/** Says that the clone in `top` borrows, and holds the commit it begins from in the user's repository for as long as it does. */
export async function beginBorrowing({ git, gitDir }: UserRepository, top: string, base: string): Promise<void> {
  await writeFile(join(top, MARK), "", { mode: 0o600 });
  await git(["update-ref", "--no-deref", holdOf(top), base], { gitDir });
}

/** True for a clone that borrows. */
export const isBorrowing = (top: string): Promise<boolean> =>
  lstat(join(top, MARK)).then(
    () => true,
    () => false,
  );

/** Nobody works in the clone any more, and what it began from may go. What cannot be let go now is swept. */
export async function endBorrowing({ git, gitDir }: UserRepository, top: string): Promise<void> {
  if (await isBorrowing(top)) await git(["update-ref", "--no-deref", "-d", holdOf(top)], { gitDir, answers: [1, 128] });
}

/** Lets go of what is held for clones in `place`, the directory of them all, that are not there any more. */
export async function sweepHolds(
  { git, gitDir, refs }: UserRepository,
  place: string,
  tops: readonly string[],
): Promise<void> {
  const held = new Set(tops.map(holdOf));
  for (const { name } of await refs(holdsIn(place)))
    if (!held.has(name)) await git(["update-ref", "--no-deref", "-d", name], { gitDir, answers: [1, 128] });
}

/** Clones are called the same in every checkout of a repository; where they are is theirs alone. */
const holdOf = (top: string): string => `${holdsIn(dirname(top))}/${hashOf(top)}`;
const holdsIn = (place: string): string => `refs/conductor/clones/${hashOf(place)}`;
const hashOf = (path: string): string => createHash("sha256").update(path).digest("hex").slice(0, 16);
