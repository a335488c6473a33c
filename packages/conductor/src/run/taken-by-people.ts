/** Landed work that somebody has taken back by hand, as git shows it. */
import { branchOf } from "../model/branch-of.ts";
import type { Repository } from "../model/repository.ts";
import type { RunState } from "../model/state.ts";
import { takenBack } from "../model/taken-back.ts";

/** The commit that takes a landing back. */
export interface TakenBack {
  readonly commit: string;
  /** Its author. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** A branch that holds it: what the work landed on, or the user's own. */
  readonly branch: string;
}

/**
 * By the landed commit: reverts with git's own sentence, below the branches that work landed on and those that it was meant for.
 * conductor's own reverts say it otherwise, and the journal has them.
 */
export async function takenByPeople(
  repository: Repository,
  { landings, sessions }: Pick<RunState, "landings" | "sessions">,
): Promise<ReadonlyMap<string, TakenBack>> {
  const refs = [...new Set(landings.flatMap(({ ref, session }) => [ref, sessions.get(session)?.target ?? ref]))];
  const tips = new Map<string, string>();
  for (const ref of refs) {
    const tip = await repository.resolve(ref);
    if (tip !== null) tips.set(ref, tip);
  }
  // What was there before anything landed takes none of it back.
  const since = sessions.get(landings[0]?.session ?? "")?.startCommit;
  if (since === undefined || !(await repository.treesOf([since])).has(since)) return new Map();
  const reverts = takenBack(await repository.reverts([...new Set(tips.values())], since));
  const found = new Map<string, TakenBack>();
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
