/** What lies in a directory beside the files of a tree. */
import { rm, writeFile } from "node:fs/promises";
import { fieldsOf, type Git } from "./git.ts";
import { scratchIn } from "./scratch.ts";

/** Paths that a tree does not have; a directory of nothing else is one path, without a slash at its end. */
export interface Left {
  /** Those that the .gitignore files there name. */
  readonly ignored: readonly string[];
  readonly others: readonly string[];
}

/** Looks at `dir`, a checkout of `tree` in which something has been made. Changes nothing there. */
export async function leftIn(git: Git, storeDir: string, tree: string, dir: string): Promise<Left> {
  const indexFile = scratchIn(storeDir, "indexes", "left");
  const call = { gitDir: storeDir, indexFile, workTree: dir, timeoutMs: 5 * 60_000 };
  try {
    await git(["read-tree", tree], call);
    const list = async (...which: readonly string[]): Promise<readonly string[]> => {
      const words = ["ls-files", "--others", ...which, "--exclude-standard", "--directory", "--no-empty-directory"];
      return fieldsOf(await git([...words, "-z"], call)).map((path) => path.replace(/\/$/, ""));
    };
    return { ignored: await list("--ignored"), others: await list() };
  } finally {
    await rm(indexFile, { force: true });
  }
}

/** Files in the user's directory that their .gitignore files name and `patterns`, in the same language, too. Changes nothing. */
export async function ignoredPaths(
  git: Git,
  { gitDir, top, storeDir }: { readonly gitDir: string; readonly top: string; readonly storeDir: string },
  patterns: string,
): Promise<readonly string[]> {
  const file = scratchIn(storeDir, "indexes", "patterns");
  const call = { gitDir, workTree: top, timeoutMs: 60_000 };
  const list = async (which: string): Promise<readonly string[]> =>
    fieldsOf(await git(["ls-files", "--others", "--ignored", which, "-z", "--", ":/"], call));
  try {
    await writeFile(file, patterns, { mode: 0o600 });
    const named = await list(`--exclude-from=${file}`);
    if (named.length === 0) return [];
    // Not what is ignored on this machine alone (info/exclude, core.excludesFile): clones know nothing of that.
    const ignored = new Set(await list("--exclude-per-directory=.gitignore"));
    return named.filter((path) => ignored.has(path));
  } finally {
    await rm(file, { force: true });
  }
}
