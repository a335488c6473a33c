import { access, constants } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { shellWord } from "@taskwerk/contract/shell-word";
import { branchOf } from "../../model/branch-of.ts";
import type { Repository } from "../../model/repository.ts";
import type { App } from "../app.ts";

/** What to type so that a branch becomes a pull request: conductor pushes nothing itself. */
export interface PullRequest {
  readonly commands: readonly string[];
  /** What is missing for that, each with what to do; empty when nothing is. */
  readonly missing: readonly string[];
}

/** The commands for a branch, with the report of a session as what the pull request says. */
export async function pullRequestOf(
  { world }: Pick<App, "world">,
  repository: Pick<Repository, "remotes">,
  wish: { readonly id: string; readonly target: string; readonly branch: string; readonly title: string },
): Promise<PullRequest> {
  const remotes = await repository.remotes();
  const remote = remotes.includes("origin") ? "origin" : (remotes[0] ?? null);
  const gh = await isOnPath("gh", world.env.PATH);
  const { id, target, branch, title } = wish;
  return {
    commands: [
      `git push -u ${shellWord(remote ?? "origin")} ${shellWord(branch)}`,
      `conductor report ${id} --format md | gh pr create --base ${shellWord(branchOf(target))} --head ${shellWord(branch)} --title ${shellWord(title)} --body-file -`,
    ],
    missing: [
      ...(remote === null ? ["this repository has no remote yet:  git remote add origin URL"] : []),
      ...(gh ? [] : ["gh is not on the PATH:  https://cli.github.com"]),
    ],
  };
}

/** For people. */
export const pullRequestLines = (wish: PullRequest | null): readonly string[] =>
  wish === null
    ? []
    : [
        "As a pull request; it is yours to type, conductor pushes nothing:",
        ...wish.commands.map((command) => `  ${command}`),
        ...wish.missing.map((what) => `  but ${what}`),
      ];

async function isOnPath(name: string, path: string | undefined): Promise<boolean> {
  for (const dir of (path ?? "").split(":").filter(isAbsolute)) {
    const runs = await access(join(dir, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return true;
  }
  return false;
}
