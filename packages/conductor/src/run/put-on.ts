/** How landed commits go onto another commit than the one they landed on, in memory. */
import type { Repository } from "../model/repository.ts";
import type { LandingState } from "../model/state.ts";

/** The repository, opened so that it does not sign: what is tried here is kept by no ref. */
export type Putting = Pick<Repository, "resolve" | "treeOf" | "mergeWork" | "commitTree">;

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
    // What is here is merged into the landing, as if it had begun from where the landing did: the same from both sides.
    const merged = await repository.mergeWork(landing.commit, { base: before, commit });
    if (merged.kind === "conflict") return { kind: "conflict", landing, paths: merged.paths };
    const { tree } = merged;
    if (tree === (await repository.treeOf(commit))) continue;
    commit = await repository.commitTree({ tree, parents: [commit], message: "chore: tried\n" });
    picks.push({ landing, tree });
  }
  return { kind: "clean", picks, commit };
}

/** In the order in which they landed. */
export const oldestFirst = (landings: readonly LandingState[]): readonly LandingState[] =>
  [...landings].sort((a, b) => a.seq - b.seq);
