/** A commit's files as texts, as gates read them. */
import type { BaseTree } from "../gates/detect/base-tree.ts";
import type { Repository } from "../model/repository.ts";

/** Larger files are no gate configuration. */
const LIMIT = 1_000_000;

export function treeReader(repository: Pick<Repository, "listFiles" | "readFile">, treeish: string): BaseTree {
  // One list tells of every file that is not there, and most that are asked for are not.
  let paths: Promise<readonly string[]> | null = null;
  let known: Set<string> | null = null;
  const listFiles = (): Promise<readonly string[]> => {
    paths ??= repository.listFiles(treeish);
    return paths;
  };
  return {
    async readFile(path) {
      known ??= new Set(await listFiles());
      if (!known.has(path)) return null;
      const bytes = await repository.readFile(treeish, path);
      return bytes === null || bytes.length > LIMIT ? null : bytes.toString("utf8");
    },
    listFiles,
  };
}
