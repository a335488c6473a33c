/** Finds the user's repository, and says what it cannot be used for. Changes nothing. */
import { resolve } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { type Git, type GitAnswer, makeGit, textOf } from "./git.ts";
import { usersConfig } from "./identity.ts";

export interface FoundRepository {
  /** Its top directory: a linked worktree's own. */
  readonly top: string;
  /** Where HEAD is, and where refs and objects are. */
  readonly gitDir: string;
  readonly commonDir: string;
  readonly objectFormat: "sha1" | "sha256";
  /** The branch the user is on (refs/heads/…), or null when HEAD is detached. */
  readonly head: string | null;
}

/** The first git with `merge-tree --write-tree`. */
const OLDEST: readonly [number, number] = [2, 38];

/**
 * The repository that holds `root`; a linked worktree, a detached HEAD or changed files do not matter.
 * Throws GIT_NOT_A_REPOSITORY (none here, or bare), GIT_NO_COMMITS, and GIT_FAILED (shallow, partial, or git too old).
 */
export async function findRepository(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FoundRepository> {
  const git = makeGit(env);
  // The user's own configuration decides here whether a directory of another owner is safe to work in.
  const asUser = { cwd: root, env: usersConfig(env), config: ["safe.bareRepository=all"] };
  const [answer] = await Promise.all([
    git(["rev-parse", ...QUESTIONS], { ...asUser, answers: [128] }),
    requireGit(git),
  ]);
  const [gitDir = "", common = "", bare, shallow, format, top = "", head = ""] = textOf(answer).split("\n");
  if (bare === "true")
    throw new WerkError(
      "GIT_NOT_A_REPOSITORY",
      `${root} is a bare repository: it has no files that work could be done on`,
      {
        hint: `Work in a clone of it:  git clone ${root}`,
      },
    );
  if (shallow === "true")
    throw new WerkError("GIT_FAILED", `${root} is a shallow clone: the history that landing needs is missing`, {
      hint: "git fetch --unshallow",
    });
  if (answer.code !== 0) throw top === "" ? noRepository(root, answer) : noCommits(top);
  const promisor = await git(["config", "--get-regexp", "^(remote\\..*\\.promisor|extensions\\.partialclone)$"], {
    ...asUser,
    answers: [1],
  });
  if (promisor.code === 0)
    throw new WerkError("GIT_FAILED", `${top} is a partial clone: files that landing needs may be missing`, {
      hint: "Work in a full clone: git clone URL",
    });
  return {
    top,
    gitDir,
    commonDir: resolve(root, common),
    objectFormat: format === "sha256" ? "sha256" : "sha1",
    head: head.startsWith("refs/") ? head : null,
  };
}

/** In this order, so that what can be said of a repository without files or commits has been said when git gives up. */
const QUESTIONS = [
  "--absolute-git-dir",
  "--git-common-dir",
  "--is-bare-repository",
  "--is-shallow-repository",
  "--show-object-format",
  "--show-toplevel",
  "--symbolic-full-name",
  "HEAD",
];

export const noCommits = (top: string): WerkError =>
  new WerkError("GIT_NO_COMMITS", `${top} has no commit yet`, {
    hint: 'git commit --allow-empty -m "chore: first commit"',
  });

async function requireGit(git: Git): Promise<void> {
  const version = textOf(await git(["version"]));
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major === undefined || minor === undefined || major > OLDEST[0]) return;
  if (major < OLDEST[0] || minor < OLDEST[1])
    throw new WerkError("GIT_FAILED", `${version} is too old: conductor needs git ${OLDEST.join(".")} or newer`, {
      hint: "Install a newer git.",
    });
}

function noRepository(root: string, { stderr }: GitAnswer): WerkError {
  if (stderr.includes("dubious ownership"))
    return new WerkError("GIT_NOT_A_REPOSITORY", `${root} belongs to another user, and git does not trust it`, {
      hint: `git config --global --add safe.directory ${root}`,
      details: { stderr },
    });
  if (stderr.includes("not a git repository") || stderr.includes("must be run in a work tree"))
    return new WerkError("GIT_NOT_A_REPOSITORY", `${root} is not in a git repository`, {
      hint: "git init, then make a first commit",
      details: { stderr },
    });
  return new WerkError("GIT_FAILED", `git rev-parse: ${stderr.split("\n", 1)[0]?.slice(0, 300) || "failed"}`, {
    hint: "conductor doctor looks at git and the repository.",
    details: { stderr },
  });
}
