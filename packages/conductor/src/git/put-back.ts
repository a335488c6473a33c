/** Gives a workspace the files of a tree again, without touching its .git, which an agent may have written. */
import { rm } from "node:fs/promises";
import type { Workspace } from "../model/repository.ts";
import { isObjectId } from "./ref-name.ts";
import type { UserRepository } from "./repository.ts";
import { scratchIn } from "./scratch.ts";

const TIMEOUT = 5 * 60_000;

/**
 * Tracked and untracked files become those of `to`; ignored ones stay. `from`: the tree that they are now, which is kept somewhere
 * already. Nothing is written where the files are no longer that.
 */
export async function putBack(
  repository: UserRepository,
  workspace: Workspace,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  if (!isObjectId(from) || !isObjectId(to)) throw new Error("trees are named by their ids");
  const { git, storeDir } = repository;
  const indexFile = scratchIn(storeDir, "indexes", "put-back");
  const call = { gitDir: storeDir, workTree: workspace.dir, indexFile, timeoutMs: TIMEOUT };
  try {
    await git(["read-tree", from], call);
    await git(["update-index", "--refresh", "-q"], { ...call, answers: [1] });
    await git(["read-tree", "-m", "-u", from, to], call);
  } finally {
    await rm(indexFile, { force: true });
  }
}
