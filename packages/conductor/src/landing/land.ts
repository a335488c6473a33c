/** Brings finished work onto the integration branch. The only code that may move a target ref. */
import { WerkError } from "@taskwerk/contract/errors";
import { type Gate, missingReceipts, type Receipt } from "../model/gate.ts";
import type { Repository } from "../model/repository.ts";

/** What is about to happen to the ref; written down before it does. */
export interface LandingPlan {
  readonly ref: string;
  /** The tip it is made on, and the commit and tree that will be there. */
  readonly from: string;
  readonly commit: string;
  readonly tree: string;
  /** Ids of the receipts it lands with. */
  readonly receipts: readonly string[];
}

export interface LandingWish {
  readonly repository: Repository;
  /** The integration branch, e.g. refs/heads/conductor/main. */
  readonly ref: string;
  readonly work: { readonly commit: string; readonly tree: string };
  /** The commit the work was begun from. */
  readonly base: string;
  /**
   * Runs or finds the gates for exactly this tree, which would follow on `tip`. Without a passing receipt of each required gate nothing lands, nor where
   * no gate is required; `unproven`: a sentence that says why these gates would prove nothing.
   */
  readonly judge: (
    tree: string,
    tip: string,
  ) => Promise<{
    readonly gates: readonly Gate[];
    readonly receipts: readonly Receipt[];
    readonly unproven?: string | null;
  }>;
  /**
   * Asked before the gates about a merge of the work with what landed since its base: a sentence when it would bring to the tip
   * what was not found in the work, else null.
   */
  readonly allow: (tree: string, tip: string) => Promise<string | null>;
  /**
   * Asked when the work conflicts with the tip: a tree that settles it, which is judged as any other, or null. Without it every
   * conflict is an answer.
   */
  readonly settle?: (tip: string) => Promise<string | null>;
  readonly message: (receipts: readonly Receipt[]) => string;
  /** Writes the plan down. If it fails, the ref is not moved. */
  readonly intend: (plan: LandingPlan) => Promise<void>;
}

export type Landing =
  | { readonly kind: "landed"; readonly commit: string; readonly tree: string; readonly receipts: readonly Receipt[] }
  /** The tip has all of it already; there is nothing to commit. */
  | { readonly kind: "no-change"; readonly tree: string }
  | { readonly kind: "conflict"; readonly tip: string; readonly paths: readonly string[] }
  /** Merged with what landed meanwhile, it brings what nobody has allowed. */
  | { readonly kind: "unseen"; readonly tip: string; readonly reason: string }
  /** A required gate ran on the merged tree and failed. */
  | { readonly kind: "red"; readonly tree: string; readonly receipts: readonly Receipt[] }
  /** Required gates have no passing receipt, and none says "fail"; or the work is not what it is said to be. */
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly missing: readonly string[];
      readonly receipts: readonly Receipt[];
    }
  /** The ref moved under every try. */
  | { readonly kind: "stale"; readonly actual: string | null };

/** How often a landing begins again from a new tip. */
const MAX_ROUNDS = 3;

/**
 * Merges the work onto the tip in memory, on the base it was begun from whatever its history says, has the merged tree judged, commits it as one commit on the tip, writes the intention
 * down, and moves the ref by compare-and-swap. Throws GIT_REF_NOT_FOUND when the ref does not exist.
 */
export async function land(wish: LandingWish): Promise<Landing> {
  const { repository, ref } = wish;
  const untrue = await whatIsUntrue(wish);
  if (untrue !== null) return refused(untrue);
  let actual: string | null = null;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const tip = await repository.resolve(ref);
    if (tip === null)
      throw new WerkError("GIT_REF_NOT_FOUND", `there is no ${ref} to land on in ${repository.root}`, { given: ref });
    const outcome = await landOn(tip, wish);
    if (outcome.kind !== "stale") return outcome;
    actual = outcome.actual;
  }
  return { kind: "stale", actual };
}

async function landOn(tip: string, wish: LandingWish): Promise<Landing> {
  const { repository, ref, work, base } = wish;
  // What is merged is all that lies between the base and the work: nothing else may come along.
  if (!(await repository.isAncestor(base, tip)))
    return refused(`it was begun from ${base}, which is no part of ${ref}`);
  const merged = await repository.mergeWork(tip, { base, commit: work.commit });
  const tree = merged.kind === "clean" ? merged.tree : await (wish.settle?.(tip) ?? null);
  if (tree === null) return { kind: "conflict", tip, paths: merged.kind === "conflict" ? merged.paths : [] };
  if (tree === (await repository.treeOf(tip))) return { kind: "no-change", tree };

  // On its own base it is the work itself, which has been judged.
  const problem = tip === base ? null : await wish.allow(tree, tip);
  if (problem !== null) return { kind: "unseen", tip, reason: problem };
  const proven = await prove(wish.judge, tree, tip);
  if (proven.kind !== "proven") return proven;
  const { proof } = proven;
  const commit = await repository.commitTree({ tree, parents: [tip], message: wish.message(proof) });
  await wish.intend({ ref, from: tip, commit, tree, receipts: proof.map((receipt) => receipt.id) });
  const update = await repository.updateRef(ref, commit, tip);
  if (update.kind === "stale") return update;
  return { kind: "landed", commit, tree, receipts: proof };
}

/** Has a tree judged that would follow on `tip`: the receipts it may land with, or why it may not. */
export async function prove(
  judge: LandingWish["judge"],
  tree: string,
  tip: string,
): Promise<
  | { readonly kind: "proven"; readonly proof: readonly Receipt[] }
  | Extract<Landing, { readonly kind: "red" | "refused" }>
> {
  const { gates, receipts, unproven = null } = await judge(tree, tip);
  if (unproven !== null || !gates.some(({ required }) => required))
    return refused(unproven ?? "no required gate judges the tree that would land", receipts);
  const missing = missingReceipts(gates, receipts, tree).map((gate) => gate.id);
  if (missing.length > 0) return notProven({ tree, missing, receipts });
  return { kind: "proven", proof: receipts.filter((receipt) => receipt.tree === tree) };
}

function notProven({
  tree,
  missing,
  receipts,
}: {
  readonly tree: string;
  readonly missing: readonly string[];
  readonly receipts: readonly Receipt[];
}): Extract<Landing, { readonly kind: "red" | "refused" }> {
  const about = receipts.filter((receipt) => receipt.tree === tree && missing.includes(receipt.gate));
  if (about.some((receipt) => receipt.result === "fail")) return { kind: "red", tree, receipts };
  return refused(`no passing receipt for this tree from ${missing.join(", ")}`, receipts, missing);
}

const refused = (
  reason: string,
  receipts: readonly Receipt[] = [],
  missing: readonly string[] = [],
): Extract<Landing, { kind: "refused" }> => ({ kind: "refused", reason, missing, receipts });

/** A sentence when the work does not fit what is said about it, else null. */
async function whatIsUntrue({ repository, work, base }: LandingWish): Promise<string | null> {
  const [tree, follows] = await Promise.all([repository.treeOf(work.commit), repository.isAncestor(base, work.commit)]);
  if (tree !== work.tree) return `commit ${work.commit} does not have the tree ${work.tree}`;
  if (!follows) return `${base} is not an ancestor of ${work.commit}`;
  return null;
}
