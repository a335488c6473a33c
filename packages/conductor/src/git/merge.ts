/** Merges in memory, in conductor's store: no configuration but ours, and no driver or filter that attributes name. */
import type { MergeResult, Repository, WorkRange } from "../model/repository.ts";
import { parentsIn } from "./ancestry.ts";
import { conflictOf } from "./conflict.ts";
import { fieldsOf, type Git, textOf } from "./git.ts";
import { type Identity, signedAs } from "./identity.ts";
import type { ObjectReader } from "./object-reader.ts";
import { isObjectId } from "./ref-name.ts";
import { remembered } from "./remembered.ts";

const MAX_COMMITS = 1_000;

export function openMerges(
  git: Git,
  {
    storeDir,
    objectsDir,
    reader,
    identity,
    treeOf,
  }: {
    readonly storeDir: string;
    readonly objectsDir: string;
    /** Of the store. */
    readonly reader: ObjectReader;
    readonly identity: Identity;
    readonly treeOf: (commit: string) => Promise<string>;
  },
): Pick<Repository, "mergeTrees" | "mergeWork" | "conflictOf"> {
  const call = { gitDir: storeDir, objectsDir };
  const parentsOf = parentsIn(reader);
  const mergeTrees = async (ours: string, theirs: string): Promise<MergeResult> => {
    requireIds([ours, theirs]);
    const words = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
    const answer = await git(words, { ...call, answers: [1] });
    const [tree = "", ...paths] = fieldsOf(answer);
    if (answer.code === 0) return { kind: "clean", tree };
    return { kind: "conflict", paths: [...new Set(paths.filter((path) => path !== ""))].sort() };
  };
  /**
   * Git takes for a merge's base what the two histories have in common, and an agent writes its own: a tip among its parents
   * would make the tip the base, and whatever the work has not undone. So what is merged has one parent, where it began.
   */
  const onBase = remembered(MAX_COMMITS, async (words: string): Promise<string> => {
    const [base = "", commit = ""] = words.split(" ");
    const [parent, ...others] = await parentsOf(commit);
    if (commit === base || (parent === base && others.length === 0)) return commit;
    const env = signedAs(identity);
    const tree = await treeOf(commit);
    return textOf(await git(["commit-tree", "-p", base, "-F", "-", tree], { ...call, env, input: "chore: merge\n" }));
  });
  const asOne = ({ base, commit }: WorkRange): Promise<string> => {
    requireIds([base, commit]);
    return onBase(`${base} ${commit}`);
  };
  return {
    mergeTrees,
    async mergeWork(tip, work) {
      // Nothing has come between.
      if (tip === work.base) return { kind: "clean", tree: await treeOf(work.commit) };
      return mergeTrees(tip, await asOne(work));
    },
    conflictOf: async (tip, work) => conflictOf(git, { storeDir, objectsDir }, tip, await asOne(work)),
  };
}

function requireIds(ids: readonly string[]): void {
  if (!ids.every(isObjectId)) throw new Error("commits are merged by their ids");
}
