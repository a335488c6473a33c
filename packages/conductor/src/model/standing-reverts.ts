/** Which commits somebody has taken back by a commit that says so. Pure. */
import type { RevertCommit } from "./repository.ts";

/**
 * The newest revert that holds of each commit. One that was itself taken back holds no more. What was taken back in another way,
 * by a squashed or amended commit, names nothing and is not here.
 */
export function standingReverts(reverts: readonly RevertCommit[]): ReadonlyMap<string, RevertCommit> {
  const held = new Map<string, boolean>();
  const isTakenBack = (commit: string): boolean => {
    const known = held.get(commit);
    if (known !== undefined) return known;
    // Whoever forges a circle of such sentences takes nothing back.
    held.set(commit, false);
    const found = reverts.some((one) => one.reverts === commit && !isTakenBack(one.commit));
    held.set(commit, found);
    return found;
  };
  const standing = reverts.filter(({ commit }) => !isTakenBack(commit));
  // The newest come first.
  return new Map(standing.toReversed().map((one) => [one.reverts, one]));
}
