/** How landed commits come off a tip, in memory, and what keeps them there. */
import type { CommitLine, Repository } from "../model/repository.ts";
import type { LandingState } from "../model/state.ts";

/** The repository, opened so that it does not sign: what is tried here is kept by no ref. */
export type Trying = Pick<
  Repository,
  "resolve" | "treeOf" | "isAncestor" | "mergeWork" | "changedPaths" | "commitTree" | "commitsBetween"
>;

export interface Off {
  readonly landing: LandingState;
  /** The tree that is left after it. */
  readonly tree: string;
}

export type TakenOff =
  | {
      readonly kind: "clean";
      readonly reverts: readonly Off[] /** A commit of what is left, which no ref keeps. */;
      readonly commit: string;
    }
  | { readonly kind: "conflict"; readonly landing: LandingState; readonly paths: readonly string[] };

/** Takes these landings off `tip`, what landed last first. Each is merged on what it was itself. */
export async function takeOff(repository: Trying, tip: string, landings: readonly LandingState[]): Promise<TakenOff> {
  const reverts: Off[] = [];
  let commit = tip;
  for (const landing of newestFirst(landings)) {
    const before = await repository.resolve(`${landing.commit}^`);
    if (before === null) throw new Error(`${landing.commit} has no parent`);
    const merged = await repository.mergeWork(commit, { base: landing.commit, commit: before });
    if (merged.kind === "conflict") return { kind: "conflict", landing, paths: merged.paths };
    const { tree } = merged;
    commit = await repository.commitTree({ tree, parents: [commit], message: "chore: tried\n" });
    reverts.push({ landing, tree });
  }
  return { kind: "clean", reverts, commit };
}

/** In the order in which they are taken back. */
export const newestFirst = (landings: readonly LandingState[]): readonly LandingState[] =>
  [...landings].sort((a, b) => b.seq - a.seq);

/**
 * The first commit after which these landings do not come off any more, of those in `tip` that changed the paths they conflict
 * in; null when none can be named. `passed`: commits that are no reason, because they were taken back themselves.
 */
export async function whatIsOnTop(
  repository: Trying,
  tip: string,
  landings: readonly LandingState[],
  { paths, passed }: { readonly paths: readonly string[]; readonly passed: ReadonlySet<string> },
): Promise<CommitLine | null> {
  const first = landings.reduce((a, b) => (a.seq < b.seq ? a : b));
  const ours = new Set(landings.map(({ commit }) => commit));
  const later = [...(await repository.commitsBetween(first.commit, tip))].reverse();
  for (const one of later) {
    if (ours.has(one.commit) || passed.has(one.commit)) continue;
    const before = one.parents[0];
    if (before === undefined || !(await touches(repository, before, one.commit, paths))) continue;
    const there: LandingState[] = [];
    for (const landing of landings) if (await repository.isAncestor(landing.commit, one.commit)) there.push(landing);
    if (there.length > 0 && (await takeOff(repository, one.commit, there)).kind === "conflict") return one;
  }
  return null;
}

async function touches(repository: Trying, from: string, to: string, paths: readonly string[]): Promise<boolean> {
  return (await repository.changedPaths(from, to)).some(({ path }) => paths.includes(path));
}
