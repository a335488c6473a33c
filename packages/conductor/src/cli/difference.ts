/** What lies between two trees, as a person looks at it. */
import type { ChangedPath, Repository } from "../model/repository.ts";

/** More of a difference than a person reads. */
const DIFF_BYTES = 1024 * 1024;

export interface Difference {
  readonly files: readonly ChangedPath[];
  readonly diff: string;
}

/** A difference with its two ends; `cut`: there is more than was read. */
export interface ShownDifference extends Difference {
  readonly from: string;
  readonly to: string;
  readonly cut: boolean;
}

/** From one commit or tree to another, at most `limitBytes` of it. */
export async function differenceOf(
  repository: Repository,
  from: string,
  to: string,
  limitBytes: number = DIFF_BYTES,
): Promise<ShownDifference> {
  const [files, diff] = await Promise.all([repository.changedPaths(from, to), repository.diff(from, to, limitBytes)]);
  return { from, to, files, diff, cut: Buffer.byteLength(diff) >= limitBytes };
}

/** The changed files, one a line. */
export const fileLines = ({ files }: Pick<Difference, "files">): readonly string[] =>
  files.map(({ status, path }) => `  ${status.padEnd(12)} ${path}`);

/** The difference line by line, and how to see the rest of it. */
export const diffLines = ({ diff, cut, from, to }: Omit<ShownDifference, "files">): readonly string[] => [
  ...diff.split("\n"),
  ...(cut ? [`... and more:  git diff ${from.slice(0, 12)} ${to}`] : []),
];
