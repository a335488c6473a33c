/** A commit's files as texts, as gates read them. */
import type { BaseTree } from "../gates/detect/base-tree.ts";
import type { Repository } from "../model/repository.ts";

/** Larger files are no gate configuration. */
const LIMIT = 1_000_000;

export const treeReader = (repository: Pick<Repository, "listFiles" | "readFile">, treeish: string): BaseTree => ({
  async readFile(path) {
    const bytes = await repository.readFile(treeish, path);
    return bytes === null || bytes.length > LIMIT ? null : bytes.toString("utf8");
  },
  listFiles: () => repository.listFiles(treeish),
});
