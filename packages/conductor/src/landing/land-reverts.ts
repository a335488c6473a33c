/** Takes landed work back: commits that undo it, on top of the tip, through the same gates and by one compare-and-swap. */
import type { Repository } from "../model/repository.ts";
import type { Landing, LandingPlan } from "./land.ts";
import { type CommitsWish, type MadeCommits, makeCommits, type NotMade } from "./make-commits.ts";

export type Reverting =
  | (Omit<MadeCommits, "kind"> & { readonly kind: "landed" })
  | NotMade
  | Extract<Landing, { readonly kind: "stale" }>;

/**
 * Makes the commits, what landed last first, and the ref moves to the last of them, once the intention is written down. All of
 * them land, or none does.
 */
export async function landReverts(
  wish: CommitsWish & {
    readonly repository: Pick<Repository, "resolve" | "updateRef">;
    /** The integration branch. */
    readonly ref: string;
    readonly intend: (plan: LandingPlan & { readonly commits: readonly string[] }) => Promise<void>;
  },
): Promise<Reverting> {
  const { repository, ref, tip } = wish;
  const actual = await repository.resolve(ref);
  if (actual !== tip) return { kind: "stale", actual };
  const made = await makeCommits(wish);
  if (made.kind !== "made") return made;
  const { commits, tree, receipts } = made;
  const commit = commits.at(-1)!;
  await wish.intend({ ref, from: tip, commit, tree, receipts: receipts.map(({ id }) => id), commits });
  const update = await repository.updateRef(ref, commit, tip);
  return update.kind === "stale" ? update : { kind: "landed", commits, tree, receipts };
}

/**
 * What became of an intention that was written down with its receipts: the ref holds it, or is where it was and moves now.
 * False when it has gone elsewhere since: then nothing was done, and nothing is.
 */
export async function finishReverts(
  repository: Pick<Repository, "resolve" | "isAncestor" | "updateRef">,
  { ref, from, commit }: Pick<LandingPlan, "ref" | "from" | "commit">,
): Promise<boolean> {
  const tip = await repository.resolve(ref);
  if (tip === null || (await repository.resolve(commit)) === null) return false;
  if (await repository.isAncestor(commit, tip)) return true;
  return tip === from && (await repository.updateRef(ref, commit, from)).kind === "moved";
}
