/** Commits in a row on top of a tip, each with a tree that is known; what they leave in the end is judged before any is made. */
import type { Receipt } from "../model/gate.ts";
import type { Repository } from "../model/repository.ts";
import { type Landing, type LandingWish, prove } from "./land.ts";

export interface CommitsWish {
  readonly repository: Pick<Repository, "treeOf" | "commitTree">;
  /** The commit they follow on. */
  readonly tip: string;
  /** What is there after each of them, in order, and what its commit says. */
  readonly steps: readonly { readonly tree: string; readonly message: (receipts: readonly Receipt[]) => string }[];
  /** Runs or finds the gates for the tree that is left in the end. */
  readonly judge: LandingWish["judge"];
}

/** They are made, and no ref holds them. */
export interface MadeCommits {
  readonly kind: "made";
  /** One for each, in order; the last is what a ref would move to. */
  readonly commits: readonly string[];
  readonly tree: string;
  readonly receipts: readonly Receipt[];
}

export type NotMade = Extract<Landing, { readonly kind: "red" | "refused" | "no-change" }>;

/** Has the tree judged that all of them together leave, and commits each by itself. Moves nothing. */
export async function makeCommits({ repository, tip, steps, judge }: CommitsWish): Promise<MadeCommits | NotMade> {
  const tree = steps.at(-1)?.tree ?? (await repository.treeOf(tip));
  if (tree === (await repository.treeOf(tip))) return { kind: "no-change", tree };
  const proven = await prove(judge, tree, tip);
  if (proven.kind !== "proven") return proven;
  const commits: string[] = [];
  for (const one of steps) {
    const parents = [commits.at(-1) ?? tip];
    commits.push(await repository.commitTree({ tree: one.tree, parents, message: one.message(proven.proof) }));
  }
  return { kind: "made", commits, tree, receipts: proven.proof };
}
