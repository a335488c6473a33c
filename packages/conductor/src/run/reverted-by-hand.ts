/** Landed work that somebody has taken back by hand, as git shows it. */
import { branchOf } from "../model/branch-of.ts";
import type { Repository } from "../model/repository.ts";
import type { RevertedByHand } from "../model/reverted-by-hand.ts";
import { standingReverts } from "../model/standing-reverts.ts";
import type { RunState } from "../model/state.ts";

/**
 * By the landed commit: reverts with git's own sentence, below the branches that work landed on and those that it was meant for.
 * conductor's own reverts say it otherwise, and the journal has them. null = git has no commit any more that one of the sessions
 * began from, so that nobody can tell.
 */
export async function revertedByHand(
  repository: Repository,
  { landings, sessions }: Pick<RunState, "landings" | "sessions">,
): Promise<ReadonlyMap<string, RevertedByHand> | null> {
  if (landings.length === 0) return new Map();
  const refs = [...new Set(landings.flatMap(({ ref, session }) => [ref, sessions.get(session)?.target ?? ref]))];
  const tips = new Map<string, string>();
  for (const ref of refs) {
    const tip = await repository.resolve(ref);
    if (tip !== null) tips.set(ref, tip);
  }
  // What was there before anything landed takes none of it back.
  const starts = landings.flatMap(({ session }) => sessions.get(session)?.startCommit ?? []);
  const there = await repository.treesOf([...new Set(starts)]);
  const since = starts.find((commit) => there.has(commit));
  if (since === undefined) return null;
  const reverts = standingReverts(await repository.reverts([...new Set(tips.values())], since));
  const found = new Map<string, RevertedByHand>();
  for (const { commit: landed } of landings) {
    const revert = reverts.get(landed);
    if (revert === undefined) continue;
    const { commit, authorName: by, at } = revert;
    for (const [ref, tip] of tips)
      if (!found.has(landed) && (await repository.isAncestor(commit, tip)))
        found.set(landed, { commit, by, at, branch: branchOf(ref) });
  }
  return found;
}
