/** Which commit holds which. */
import { WerkError } from "@taskwerk/contract/errors";
import type { ObjectReader } from "./object-reader.ts";
import { remembered } from "./remembered.ts";

const MAX_FACTS = 10_000;
/** Work is a few commits ahead of where it began; what is further away is asked of git, which has better ways. */
const NEAR = 32;
/** A commit that is larger is not read: nobody writes one for people. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Answers whether the first commit is the second or one before it; both are ids. `far` is asked where the near history does
 * not say. Throws GIT_FAILED when a commit is missing.
 */
export function ancestry(
  reader: ObjectReader,
  far: (ancestor: string, descendant: string) => Promise<boolean>,
): (ancestor: string, descendant: string) => Promise<boolean> {
  const parentsOf = parentsIn(reader);
  const holds = remembered(MAX_FACTS, async (pair: string): Promise<boolean> => {
    const [ancestor = "", descendant = ""] = pair.split(" ");
    const met = new Set([descendant]);
    // A set that grows is gone through to its end.
    for (const commit of met) {
      if (met.size > NEAR) return far(ancestor, descendant);
      const parents = await parentsOf(commit);
      if (parents === null) return far(ancestor, descendant);
      for (const parent of parents) {
        if (parent === ancestor) return true;
        met.add(parent);
      }
    }
    // All of its history is known, and the other is not in it; but it has to be there.
    return parentsOf(ancestor).then(() => false);
  });
  return async (ancestor, descendant) => ancestor === descendant || holds(`${ancestor} ${descendant}`);
}

/** The parents of a commit; null when it is too large to be read. Throws GIT_FAILED when it is missing. */
export const parentsIn = (reader: ObjectReader): ((commit: string) => Promise<readonly string[] | null>) =>
  remembered(MAX_FACTS, async (commit) => {
    const about = await reader.about(commit);
    if (about !== null && about.bytes > MAX_BYTES) return null;
    const found = await reader.read(commit);
    if (found?.type !== "commit") throw new WerkError("GIT_FAILED", `there is no commit ${commit}`, { given: commit });
    // Only what follows on the tree at once, as git reads it: such a line further down is anybody's text.
    const [, parents = ""] = /^tree [0-9a-f]+\n((?:parent [0-9a-f]+\n)*)/.exec(found.contents.toString("latin1")) ?? [];
    return [...parents.matchAll(/[0-9a-f]{40,}/g)].map(([parent]) => parent);
  });
