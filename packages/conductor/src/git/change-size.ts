/** How much one commit brings over another, counted by git. */
import type { ChangeSize } from "../model/repository.ts";
import { type Git, textOf } from "./git.ts";

/** See the port; both are commit ids. It counts in conductor's own store, where no attributes apply. */
export async function changeSize(git: Git, storeDir: string, from: string, to: string): Promise<ChangeSize> {
  const [commits, lines] = await Promise.all([
    git(["rev-list", "--count", to, "--not", from], { gitDir: storeDir }),
    git(["diff-tree", "-r", "-M", "--numstat", "--no-ext-diff", "--no-textconv", from, to], { gitDir: storeDir }),
  ]);
  const files = textOf(lines)
    .split("\n")
    .flatMap((line) => {
      const [added, removed] = line.split("\t");
      return added && removed ? [{ added, removed }] : [];
    });
  // git counts no lines of what it takes for binary.
  const sum = (key: "added" | "removed"): number =>
    files.reduce((total, one) => total + (one[key] === "-" ? 0 : Number(one[key])), 0);
  return {
    commits: Number(textOf(commits)),
    files: files.length,
    added: sum("added"),
    removed: sum("removed"),
    binaries: files.filter(({ added }) => added === "-").length,
  };
}
