/** What the user has taken of the landed work under commits of its own, so that a merge does not take it for somebody else's change. */
import { LANDED_AS } from "../model/landed-as.ts";
import type { Repository } from "../model/repository.ts";

/** What it asks of the repository. */
export type Parts = Pick<
  Repository,
  "mergeBase" | "commitsBetween" | "isAncestor" | "resolve" | "treeOf" | "mergeWork"
>;

/**
 * The newest commits of `target` below which, beyond what it has in common with `held`, there is nothing but landed work of `held`
 * that still stands there. Empty when there is none.
 */
export async function takenParts(repository: Parts, held: string, target: string): Promise<readonly string[]> {
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
    if (below.every(Boolean) && (await isNothingElse(repository, { commit, parents, landed })))
      taken.set(commit, parents);
  }
  const under = new Set([...taken.values()].flat());
  return [...taken.keys()].filter((commit) => !under.has(commit));
}

/**
 * Whether a commit does exactly what had landed. What the user has put into it beside that, by an amend or a squash, keeps the
 * name and is work of theirs: taken for landed work, a merge would throw it away.
 */
async function isNothingElse(
  repository: Parts,
  {
    commit,
    parents,
    landed,
  }: { readonly commit: string; readonly parents: readonly string[]; readonly landed: string },
): Promise<boolean> {
  const [parent] = parents;
  const before = await repository.resolve(`${landed}^`);
  if (parents.length !== 1 || parent === undefined || before === null) return false;
  // Both begin from what was there before it landed.
  const merged = await repository.mergeWork(landed, { base: before, commit: parent });
  return merged.kind === "clean" && merged.tree === (await repository.treeOf(commit));
}

/** False also of a commit that is not here: anybody may have written its name. */
const isIn = (repository: Pick<Repository, "isAncestor">, commit: string, held: string): Promise<boolean> =>
  repository.isAncestor(commit, held).catch(() => false);
