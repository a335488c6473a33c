/** Saves everything that is in a workspace before it may be deleted. */
import { commitInStore } from "./bundle.ts";
import { type CollectWish, collect } from "./collect.ts";
import { type Kept, publish, publishAside } from "./publish.ts";
import { snapshot } from "./snapshot.ts";

export type Salvaged =
  /** `why` says in a sentence if the commits could not be taken and only the files are saved. */
  (
    | { readonly kind: "saved"; readonly ref: string; readonly commit: string; readonly why: string | null }
    /** The workspace is as it was made or as it was `kept`, or it is gone. */
    | { readonly kind: "nothing" }
  ) & {
    /** What was on other branches or in the stash, each under a salvage ref of its own. */
    readonly aside: readonly Kept[];
    /** A sentence when there may be more that is not saved: then it must not be deleted. */
    readonly unfinished: string | null;
  };

/**
 * Saves the commits of a workspace and, on top, every file as it is now (untracked ones too) under
 * `refs/conductor/salvage/<task>/<n>`. Without a confinement only the files are saved. Call it when nothing runs there any more.
 */
export async function salvage(
  wish: Omit<CollectWish, "confinement"> & {
    readonly confinement: CollectWish["confinement"] | null;
    readonly task: string;
    readonly n: number;
    /** A commit of it that a ref keeps already. */
    readonly kept: string | null;
  },
): Promise<Salvaged> {
  const { repository, workspace, confinement, task, n, kept } = wish;
  const collected =
    confinement === null
      ? ({ kind: "refused", reason: "no confinement to run its git in", aside: [], unfinished: null } as const)
      : await collect({ ...wish, confinement });
  const { unfinished } = collected;
  const from = collected.kind === "commits" ? collected.commit : workspace.base;
  const now = await snapshot({ repository, workspace, from });
  const dirty = now !== null && now.tree !== (await repository.treeOf(from));
  const aside = await publishAside(repository, collected.aside, { task, n });
  if (!dirty && (from === workspace.base || from === kept)) return { kind: "nothing", aside, unfinished };
  // What was left uncommitted was kept as a commit on top.
  if (kept !== null && now?.tree === (await repository.treeOf(kept)) && (await repository.isAncestor(from, kept)))
    return { kind: "nothing", aside, unfinished };
  const commit = dirty
    ? await commitInStore(repository, {
        tree: now.tree,
        parent: from,
        message: `chore: salvaged from ${task}, attempt ${n}\n`,
      })
    : from;
  const ref = await publish(repository, { commit, inStore: dirty, kind: "salvage", task, n });
  return { kind: "saved", ref, commit, why: collected.kind === "refused" ? collected.reason : null, aside, unfinished };
}
