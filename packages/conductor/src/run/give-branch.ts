import { WerkError } from "@taskwerk/contract/errors";
import { isBranchName } from "../git/ref-name.ts";
import type { Repository } from "../model/repository.ts";
import { short } from "../model/short.ts";

export interface Given {
  readonly branch: string;
  readonly commit: string;
  /** False: the branch was there already, at this commit. */
  readonly made: boolean;
}

/**
 * Makes a branch of the user's at a commit. Only a new one: throws GIT_FAILED when there is one of that name at another
 * commit, or when git cannot make it, and USAGE for what is no name of a branch. The same again changes nothing.
 */
export async function giveBranch(repository: Repository, branch: string, commit: string): Promise<Given> {
  refuseBadName(branch);
  const ref = `refs/heads/${branch}`;
  const held = await repository.resolve(ref);
  if (held === commit) return { branch, commit, made: false };
  const moved =
    held === null ? await repository.updateRef(ref, commit, null) : { kind: "stale" as const, actual: held };
  if (moved.kind === "moved") return { branch, commit, made: true };
  throw branchTaken(branch, moved.actual);
}

/**
 * Throws GIT_FAILED where there is a branch of that name, wherever it is, and USAGE for what is none. For those who would make much
 * before they see it.
 */
export async function refuseTakenName(repository: Pick<Repository, "resolve">, branch: string): Promise<void> {
  refuseBadName(branch);
  const held = await repository.resolve(`refs/heads/${branch}`);
  if (held !== null) throw branchTaken(branch, held);
}

/** Throws USAGE for what cannot be the name of a branch. */
export function refuseBadName(branch: string): void {
  if (isBranchName(branch)) return;
  throw new WerkError("USAGE", `--as: "${branch}" cannot be the name of a branch.`, {
    hint: "For example:  --as mine/TASK-001",
    field: "as",
    given: branch,
  });
}

/** `held`: where it is; null = it was there a moment ago. */
const branchTaken = (branch: string, held: string | null): WerkError =>
  new WerkError(
    "GIT_FAILED",
    `there is a branch ${branch} already${held === null ? "" : `, at ${short(held)}`}; nothing was moved`,
    {
      hint: "Give it another name:  --as NAME",
      field: "as",
      given: branch,
    },
  );
