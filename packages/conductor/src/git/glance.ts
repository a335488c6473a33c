/** A quick look at what is in a repository, without opening it: one git process, which changes nothing. */
import { parentsIn } from "./ancestry.ts";
import { usersConfig } from "./identity.ts";
import { openReader } from "./object-reader.ts";
import { resolveName } from "./refs.ts";
import { makeStartGit } from "./start-git.ts";

export interface Glance {
  /** The commit a name points to, or null. */
  resolve(name: string): Promise<string | null>;
  /** The tree of a commit; null when it is not there. */
  treeOf(commit: string): Promise<string | null>;
  /** Those of `commits` that are `tip` or lie before it; null where that is too far to say. */
  heldBy(tip: string, commits: ReadonlySet<string>): Promise<ReadonlySet<string> | null>;
}

/** Commits that are gone through for each that is looked for. */
const STEPS = 20;
const LEAST_STEPS = 1000;

/** Looks from `root`, as the user's git would. Answers throw GIT_FAILED where no repository can be read. */
export function glanceAt(root: string, env: Readonly<Record<string, string | undefined>>): Glance {
  const asUser = { cwd: root, env: usersConfig(env), config: ["safe.bareRepository=all"] };
  const reader = openReader(makeStartGit(env), asUser);
  const parentsOf = parentsIn(reader);
  return {
    resolve: (name) => resolveName(reader, name),
    treeOf: async (commit) => (await reader.about(`${commit}^{tree}`))?.id ?? null,
    async heldBy(tip, commits) {
      const most = LEAST_STEPS + STEPS * commits.size;
      const found = new Set<string>();
      const met = new Set([tip]);
      // A set that grows is gone through to its end.
      for (const commit of met) {
        if (commits.has(commit)) found.add(commit);
        if (found.size === commits.size) break;
        if (met.size > most) return null;
        const parents = await parentsOf(commit);
        if (parents === null) return null;
        for (const parent of parents) met.add(parent);
      }
      return found;
    },
  };
}
