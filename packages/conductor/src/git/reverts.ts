/** Commits that take others back, known by the sentence that `git revert` writes. */
import type { RevertCommit } from "../model/repository.ts";
import { type Git, textOf } from "./git.ts";

const SENTENCE = /^This reverts commit ([0-9a-f]{64}|[0-9a-f]{40})\b/gm;
const MAX_COMMITS = 10_000;

/** See the port; all are commit ids. */
export async function revertsBelow(
  git: Git,
  storeDir: string,
  tips: readonly string[],
  since: string,
): Promise<readonly RevertCommit[]> {
  if (tips.length === 0) return [];
  const how = ["-z", "--format=%H%n%an%n%cI%n%B", "--extended-regexp", "--grep=^This reverts commit [0-9a-f]{40}"];
  const words = ["log", `--max-count=${MAX_COMMITS}`, ...how, ...tips, "--not", since];
  return textOf(await git(words, { gitDir: storeDir }))
    .split("\0")
    .flatMap((entry) => {
      const [commit, authorName, at, ...message] = entry.split("\n");
      if (commit === undefined || authorName === undefined || at === undefined) return [];
      return [...message.join("\n").matchAll(SENTENCE)].map(([, reverts]) => ({
        ...{ commit, reverts: reverts!, authorName, at },
      }));
    });
}
