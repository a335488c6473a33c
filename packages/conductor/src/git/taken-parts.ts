/** What the user has taken of the landed work under commits of its own, so that a merge does not take it for somebody else's change. */
import { LANDED_AS } from "../model/landed-as.ts";
import type { Repository } from "../model/repository.ts";

/**
 * The newest commits of `target` below which, beyond what it has in common with `held`, there is nothing but landed work of `held`
 * that still stands there. Empty when there is none.
 */
export async function takenParts(
  repository: Pick<Repository, "mergeBase" | "commitsBetween" | "isAncestor">,
  held: string,
  target: string,
): Promise<readonly string[]> {
  const base = await repository.mergeBase(held, target);
  if (base === null) return [];
  const picks = (await repository.commitsBetween(base, target)).filter(({ trailers }) => LANDED_AS in trailers);
  if (picks.length === 0) return [];
  const reverted = (await repository.commitsBetween(base, held)).flatMap(({ trailers }) => trailers.Reverts ?? []);
  const taken = new Map<string, readonly string[]>();
  for (const { commit, parents, trailers } of picks.toReversed()) {
    const landed = trailers[LANDED_AS]?.at(-1) ?? "";
    const stands = /^[0-9a-f]{40,64}$/.test(landed) && !reverted.includes(landed);
    if (!stands || !(await isIn(repository, landed, held))) continue;
    const below = await Promise.all(parents.map(async (one) => taken.has(one) || isIn(repository, one, held)));
    if (below.every(Boolean)) taken.set(commit, parents);
  }
  const under = new Set([...taken.values()].flat());
  return [...taken.keys()].filter((commit) => !under.has(commit));
}

/** False also of a commit that is not here: anybody may have written its name. */
const isIn = (repository: Pick<Repository, "isAncestor">, commit: string, held: string): Promise<boolean> =>
  repository.isAncestor(commit, held).catch(() => false);
