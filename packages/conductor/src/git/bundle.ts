/** What an agent left in its workspace, brought into conductor's own refs and named. */
import { type CollectWish, collect, type Main } from "./collect.ts";
import { textOf } from "./git.ts";
import { signedAs } from "./identity.ts";
import { type Kept, publish, publishAside } from "./publish.ts";
import type { UserRepository } from "./repository.ts";
import { snapshot } from "./snapshot.ts";

export interface TakeWish extends CollectWish {
  readonly task: string;
  /** The attempt's number. */
  readonly n: number;
  /** Commit what was left uncommitted, on top, as one commit. Otherwise it is only reported. */
  readonly autoCommit: boolean;
  /** The message of that commit. */
  readonly leftoverMessage?: string;
}

interface Work {
  readonly commit: string;
  readonly tree: string;
  /** refs/conductor/work/<task>/<n>, or <n>.2 … when that name holds other work. */
  readonly ref: string;
  /** Files were left uncommitted: they are in `commit` with autoCommit, else only in the workspace. */
  readonly leftovers: boolean;
}

export type Outcome = Taken & {
  /** What was on other branches or in the stash, each under a salvage ref of its own. */
  readonly aside: readonly Kept[];
  /** A sentence when the workspace may hold more that nobody has looked at. */
  readonly unfinished: string | null;
};

type Taken =
  | ({ readonly kind: "work" } & Work)
  /** The commits were not on the workspace's branch but on `branch` (refs/heads/… or HEAD); they are kept all the same. */
  | ({ readonly kind: "wrong-branch"; readonly branch: string } & Work)
  /** Nothing beyond the base; `leftovers`: but files differ and autoCommit was off. */
  | { readonly kind: "no-commit"; readonly leftovers: boolean }
  /** The base is no ancestor of what it left; kept under refs/conductor/salvage/<task>/<n> to look at, not to land. */
  | { readonly kind: "rewritten"; readonly commit: string; readonly tree: string; readonly ref: string }
  /** What came out was not acceptable; the workspace is as it was. */
  | { readonly kind: "refused"; readonly reason: string };

/** Takes the work of one attempt. Call it when nothing of the agent runs any more. */
export async function takeWork(wish: TakeWish): Promise<Outcome> {
  const { aside, unfinished, ...collected } = await collect(wish);
  const taken = await takeMain(wish, collected);
  return { ...taken, aside: await publishAside(wish.repository, aside, wish), unfinished };
}

async function takeMain(wish: TakeWish, collected: Main): Promise<Taken> {
  const { repository, workspace, task, n } = wish;
  if (collected.kind === "refused") return collected;
  const found = collected.kind === "commits" ? collected : null;
  if (found?.rewritten) {
    const tree = await repository.treeOf(found.commit);
    const ref = await publish(repository, { commit: found.commit, inStore: false, kind: "salvage", task, n });
    return { kind: "rewritten", commit: found.commit, tree, ref };
  }
  const top =
    found === null || found.checkedOut
      ? await withLeftovers(wish, found?.commit ?? workspace.base)
      : await besideFiles(wish, found.commit);
  if (top.kind !== "top") return top;
  if (top.commit === workspace.base) return { kind: "no-commit", leftovers: top.leftovers };
  const ref = await publish(repository, { commit: top.commit, inStore: top.inStore, kind: "work", task, n });
  const work = { commit: top.commit, tree: top.tree, ref, leftovers: top.leftovers };
  if (found === null || found.branch === `refs/heads/${workspace.branch}`) return { kind: "work", ...work };
  return { kind: "wrong-branch", branch: found.branch, ...work };
}

interface Top {
  readonly kind: "top";
  readonly commit: string;
  readonly tree: string;
  readonly leftovers: boolean;
  readonly inStore: boolean;
}

/** The files are another branch's: committed on top of this commit they would undo it. They are only reported. */
async function besideFiles({ repository, workspace }: TakeWish, commit: string): Promise<Top> {
  const now = await snapshot({ repository, workspace });
  const leftovers = now !== null && now.tree !== (await repository.treeOf(workspace.base));
  return { kind: "top", commit, tree: await repository.treeOf(commit), leftovers, inStore: false };
}

async function withLeftovers(wish: TakeWish, commit: string): Promise<Top | Extract<Main, { kind: "refused" }>> {
  const { repository, workspace } = wish;
  const [tree, now] = await Promise.all([repository.treeOf(commit), snapshot({ repository, workspace, from: commit })]);
  if (now === null) {
    // Commits that came out are whole without the files.
    if (commit !== workspace.base) return { kind: "top", commit, tree, leftovers: false, inStore: false };
    return { kind: "refused", reason: "the workspace is gone" };
  }
  if (now.tree === tree) return { kind: "top", commit, tree, leftovers: false, inStore: false };
  if (!wish.autoCommit) return { kind: "top", commit, tree, leftovers: true, inStore: false };
  if ((await repository.listFiles(now.tree)).length === 0)
    return { kind: "refused", reason: "every file of the workspace was deleted and nothing was committed" };
  const message = wish.leftoverMessage ?? `chore: what ${wish.task} left uncommitted\n`;
  const top = await commitInStore(repository, { tree: now.tree, parent: commit, message });
  return { kind: "top", commit: top, tree: now.tree, leftovers: true, inStore: true };
}

/** A commit in conductor's store, where snapshots are. */
export async function commitInStore(
  { git, storeDir, identity }: UserRepository,
  { tree, parent, message }: { readonly tree: string; readonly parent: string; readonly message: string },
): Promise<string> {
  return textOf(
    await git(["commit-tree", "-p", parent, "-F", "-", tree], {
      gitDir: storeDir,
      input: message,
      env: signedAs(identity),
    }),
  );
}
