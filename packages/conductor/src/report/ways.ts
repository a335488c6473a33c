/** How one gets what has landed, in this session and before. Pure. */
import { branchOf } from "../model/branch-of.ts";
import { counted } from "../model/counted.ts";
import { short } from "../model/short.ts";
import type { Report } from "./report.ts";

/** One way, or one more line of the way before, which has no name. */
export interface Way {
  readonly name: string;
  /** What to type. */
  readonly command: string | null;
  /** What it is about. */
  readonly id: string;
  readonly title: string;
  readonly note: string;
}

/** Those there are, as long as the user's branch has not got all of it. */
export function waysOf({ counts, tasks, groups, session, git }: Report): readonly Way[] {
  const landed = tasks.filter((task) => task.landed !== null);
  if (landed.length === 0) return [];
  if (git !== null && (git.standing === "taken" || (git.target !== null && git.target === git.integration))) return [];
  const way = (name: string, command: string, note: string): Way => ({ name, command, id: "", title: "", note });
  const branch = branchOf(session.integration);
  const from = counts.landed === 0 ? branchOf(session.target) : short(session.startCommit);
  const some = groups.filter((group) => group.landed.length > 0);
  const part = some.find((group) => group.landed.length < landed.length);
  // Of what somebody has reverted nothing is left to undo.
  const newest = landed
    .filter((task) => task.landed!.revertedByHand === null)
    .toSorted((a, b) => (a.landed!.at < b.landed!.at ? 1 : -1))[0];
  return [
    way("see it", `git log --oneline ${from}..${branch}`, sizeInWords(git?.change, landed.length)),
    ...(some.length === 0 ? [] : [way("by feature", "conductor review", counted(some.length, "feature"))]),
    ...some.map(({ id, title, landed: done, total }) => ({
      ...{ name: "", command: null, id, title },
      note: `${done.length} of ${total} landed`,
    })),
    way("take all", takeAll({ session, git }), ""),
    ...(part === undefined
      ? []
      : [way("take some", `conductor deliver --group ${part.id}`, "a branch, with what it needs")]),
    ...(newest === undefined
      ? []
      : [way("undo one", `conductor undo ${newest.id} --dry-run`, "says what goes with it")]),
  ];
}

/** What brings all that has landed onto the user's branch. */
const takeAll = ({ session, git }: Pick<Report, "session" | "git">): string =>
  `git merge ${git?.standing === "apart" ? "" : "--ff-only "}${branchOf(session.integration)}`;

/** `38 commits, +4210 -120, 1 binary file`; only the commits where git was not asked how much is in them. */
function sizeInWords(change: NonNullable<Report["git"]>["change"], landed: number): string {
  if (change === undefined) return counted(landed, "commit");
  const { commits, added, removed, binaries } = change;
  const beside = binaries === 0 ? "" : `, ${counted(binaries, "binary file")}`;
  return `${counted(commits, "commit")}, +${added} -${removed}${beside}`;
}
