/** How landed commits go onto another commit than the one they landed on, in memory. */
import type { Repository } from "../model/repository.ts";
import type { LandingState } from "../model/state.ts";

/** The repository, opened so that it does not sign: what is tried here is kept by no ref. */
export type Putting = Pick<Repository, "resolve" | "treeOf" | "mergeTrees" | "commitTree">;

export interface On {
  readonly landing: LandingState;
  /** The tree that is there after it. */
  readonly tree: string;
}

export type PutOn =
  | {
      readonly kind: "clean";
      /** Without those whose work is there already. */
      readonly picks: readonly On[];
      /** A commit of what is there in the end, which no ref keeps. */
      readonly commit: string;
    }
  | { readonly kind: "conflict"; readonly landing: LandingState; readonly paths: readonly string[] };

/** Puts what these landings changed onto `base`, in the order in which they landed. */
export async function putOn(repository: Putting, base: string, landings: readonly LandingState[]): Promise<PutOn> {
  const picks: On[] = [];
  let commit = base;
  for (const landing of oldestFirst(landings)) {
    const before = await repository.resolve(`${landing.commit}^`);
    if (before === null) throw new Error(`${landing.commit} has no parent`);
    const here = await repository.treeOf(commit);
    // A merge goes by histories: with the same parent as the landing, the base of the merge is what the landing began from.
    const ours = await repository.commitTree({ tree: here, parents: [before], message: "chore: tried\n" });
    const merged = await repository.mergeTrees(ours, landing.commit);
    if (merged.kind === "conflict") return { kind: "conflict", landing, paths: merged.paths };
    const { tree } = merged;
    if (tree === here) continue;
    commit = await repository.commitTree({ tree, parents: [commit], message: "chore: tried\n" });
    picks.push({ landing, tree });
  }
  return { kind: "clean", picks, commit };
}

/** In the order in which they landed. */
export const oldestFirst = (landings: readonly LandingState[]): readonly LandingState[] =>
  [...landings].sort((a, b) => a.seq - b.seq);
