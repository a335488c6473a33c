/** Which commits there are, and which of them a ref holds: git may throw the others away. */
import { type Git, textOf } from "./git.ts";
import { isObjectId } from "./ref-name.ts";

/** Ids on one command line. */
const BATCH = 500;

/**
 * Of `commits`, those that are missing or that are not reached from `tip` (null: from any ref of the repository), in
 * their order, each once.
 */
export async function unreached(
  git: Git,
  gitDir: string,
  commits: readonly string[],
  tip: string | null,
): Promise<readonly string[]> {
  const asked = [...new Set(commits)];
  const there = [...(await treesOf(git, gitDir, asked)).keys()];
  const beyond = new Set<string>();
  for (let at = 0; at < there.length; at += BATCH) {
    const words = ["rev-list", ...there.slice(at, at + BATCH), "--not", tip ?? "--all"];
    for (const id of textOf(await git(words, { gitDir })).split("\n")) beyond.add(id);
  }
  const reached = new Set(there.filter((id) => !beyond.has(id)));
  return asked.filter((id) => !reached.has(id));
}

/** The trees of those `commits` that are there. */
export async function treesOf(
  git: Git,
  gitDir: string,
  commits: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(commits)].filter(isObjectId);
  if (asked.length === 0) return new Map();
  const input = asked.map((id) => `${id}^{commit}\n${id}^{tree}\n`).join("");
  const found = textOf(await git(["cat-file", "--batch-check=%(objectname)"], { gitDir, input })).split("\n");
  return new Map(
    asked.flatMap((id, index): readonly [string, string][] => {
      const [commit, tree] = [found[2 * index], found[2 * index + 1]];
      return commit === id && tree !== undefined && isObjectId(tree) ? [[id, tree]] : [];
    }),
  );
}
