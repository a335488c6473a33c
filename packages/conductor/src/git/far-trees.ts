/** What git says of trees that are too large to be gone through entry by entry. */
import type { ChangedPath } from "../model/repository.ts";
import { fieldsOf, type Git } from "./git.ts";
import type { FarTrees, TreeEntry } from "./tree-walk.ts";

const STATUS: Readonly<Record<string, ChangedPath["status"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  T: "type-changed",
};

/** Asks one git for each answer; throws GIT_FAILED when it is more than conductor keeps. */
export const farTrees = (git: Git, gitDir: string): FarTrees => ({
  async below(tree) {
    const { stdout } = await git(["ls-tree", "-r", "-z", "--full-tree", tree], { gitDir });
    return entriesIn(stdout);
  },
  async at(tree, path) {
    const words = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", tree, "--", path];
    const [entry] = entriesIn((await git(words, { gitDir })).stdout);
    return entry === undefined ? null : { ...entry, name: entry.name.slice(entry.name.lastIndexOf("/") + 1) };
  },
  async changes(from, to) {
    const fields = fieldsOf(await git(["diff-tree", "-r", "-z", "--raw", "--no-renames", from, to], { gitDir }));
    return Array.from({ length: Math.floor(fields.length / 2) }, (_, n) => {
      const [oldMode = "", newMode = "", , , letter = ""] = fields[2 * n]!.slice(1).split(" ");
      return { path: fields[2 * n + 1]!, status: STATUS[letter.charAt(0)] ?? "modified", oldMode, newMode };
    });
  },
});

const entriesIn = (listing: Buffer): readonly TreeEntry[] =>
  listing
    .toString("latin1")
    .split("\0")
    .slice(0, -1)
    .map((line) => {
      const [mode = "", , id = ""] = line.slice(0, line.indexOf("\t")).split(" ");
      return { mode, id, name: line.slice(line.indexOf("\t") + 1) };
    });
