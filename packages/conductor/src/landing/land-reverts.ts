/** Takes landed work back: commits that undo it, on top of the tip, through the same gates and by one compare-and-swap. */
import type { Receipt } from "../model/gate.ts";
import type { Repository } from "../model/repository.ts";
import { type Landing, type LandingPlan, type LandingWish, prove } from "./land.ts";

export interface RevertsWish {
  readonly repository: Pick<Repository, "treeOf" | "commitTree" | "resolve" | "updateRef">;
  /** The commit they follow on. */
  readonly tip: string;
  /** What is there after each of them, and what its commit says. What landed last goes first. */
  readonly reverts: readonly { readonly tree: string; readonly message: (receipts: readonly Receipt[]) => string }[];
  /** Runs or finds the gates for the tree that is left in the end. */
  readonly judge: LandingWish["judge"];
}

/** They are made, and no ref holds them. */
export interface MadeReverts {
  readonly kind: "made";
  /** One for each, in order; the last is what the ref moves to. */
  readonly commits: readonly string[];
  readonly tree: string;
  readonly receipts: readonly Receipt[];
}

export type Reverting =
  | (Omit<MadeReverts, "kind"> & { readonly kind: "landed" })
  | Extract<Landing, { readonly kind: "red" | "refused" | "stale" | "no-change" }>;

/** Has the tree judged that all of them together leave, and commits each by itself. Moves nothing. */
export async function makeReverts({
  repository,
  tip,
  reverts,
  judge,
}: RevertsWish): Promise<MadeReverts | Extract<Reverting, { readonly kind: "red" | "refused" | "no-change" }>> {
  const tree = reverts.at(-1)?.tree ?? (await repository.treeOf(tip));
  if (tree === (await repository.treeOf(tip))) return { kind: "no-change", tree };
  const proven = await prove(judge, tree, tip);
  if (proven.kind !== "proven") return proven;
  const commits: string[] = [];
  for (const one of reverts) {
    const parents = [commits.at(-1) ?? tip];
    commits.push(await repository.commitTree({ tree: one.tree, parents, message: one.message(proven.proof) }));
  }
  return { kind: "made", commits, tree, receipts: proven.proof };
}

/** The same, and the ref moves to the last of them, once the intention is written down. All of them land, or none does. */
export async function landReverts(
  wish: RevertsWish & {
    /** The integration branch. */
    readonly ref: string;
    readonly intend: (plan: LandingPlan & { readonly commits: readonly string[] }) => Promise<void>;
  },
): Promise<Reverting> {
  const { repository, ref, tip } = wish;
  const actual = await repository.resolve(ref);
  if (actual !== tip) return { kind: "stale", actual };
  const made = await makeReverts(wish);
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
