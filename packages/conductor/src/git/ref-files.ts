/** Where a ref lies in a plain repository, and what it holds there, without asking git. Reads only. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * The files that say what these refs hold, in the repository whose top is `root`: while none of them changes, no ref does.
 * Null where they are not kept so: in a linked worktree, in a reftable, and where a ref only names another one.
 */
export function refFiles(root: string, refs: readonly string[]): readonly string[] | null {
  const git = join(root, ".git");
  if (!isDirectory(git) || isDirectory(join(git, "reftable"))) return null;
  const loose = refs.map((ref) => join(git, ref));
  return loose.some((path) => textAt(path)?.startsWith("ref:")) ? null : [join(git, "packed-refs"), ...loose];
}

/** The object id that a ref holds by those files; null when there is no such ref. */
export function refIn(root: string, ref: string): string | null {
  const git = join(root, ".git");
  const loose = textAt(join(git, ref));
  if (loose !== null) return /^[0-9a-f]{40,64}$/.exec(loose.trim())?.[0] ?? null;
  const line = (textAt(join(git, "packed-refs")) ?? "").split("\n").find((one) => one.endsWith(` ${ref}`));
  return line === undefined ? null : (line.split(" ")[0] ?? null);
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function textAt(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
