/** A clone of its own for one attempt, outside the user's repository and without a way back into it. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { Workspace } from "../model/repository.ts";
import { beginBorrowing, endBorrowing, isBorrowing, whyNotBorrowed } from "./borrow.ts";
import { isBranchName, isObjectId } from "./ref-name.ts";
import { removeAll } from "./remove-all.ts";
import type { UserRepository } from "./repository.ts";
import { forgetIndexes, keepFirstIndex, snapshot } from "./snapshot.ts";

export interface WorkspaceWish {
  readonly repository: UserRepository;
  /** The commit to begin from; only its history goes in. */
  readonly base: string;
  /** The branch made in the clone, e.g. feature/TASK-001-login. */
  readonly branch: string;
  /** A new directory for everything of this attempt; its parent exists or is made. */
  readonly dir: string;
  /**
   * Borrow the user's objects where that is possible. Only for commands that are confined: anybody else could write them, and
   * whoever sees them can read every commit of the repository.
   */
  readonly share?: boolean;
}

const CLONE_TIMEOUT = 10 * 60_000;

/**
 * Makes `dir` with `tree/` (the clone), `home/` and `tmp/` in it. The clone shares no file that it could write with the user's
 * repository, has no remote, and commits as the user. Throws GIT_FAILED when `dir` is in the repository, is not empty, or git cannot do it;
 * what was begun is removed then.
 */
export async function prepareWorkspace({
  repository,
  base,
  branch,
  dir,
  share = false,
}: WorkspaceWish): Promise<Workspace> {
  const top = resolve(dir);
  if (!isObjectId(base) || !isBranchName(branch))
    throw new WerkError("GIT_FAILED", `cannot make a clone at ${base} with a branch named ${JSON.stringify(branch)}`);
  const inside = relative(repository.root, top);
  if (inside === "" || !(inside.startsWith("..") || isAbsolute(inside)))
    throw new WerkError(
      "GIT_FAILED",
      `a workspace stays outside the repository, and ${top} is inside ${repository.root}`,
    );
  await mkdir(top, { recursive: true, mode: 0o700 });
  if ((await readdir(top)).length > 0) throw new WerkError("GIT_FAILED", `${top} is not empty`);
  const { objectsDir } = repository;
  const borrows = share && (await whyNotBorrowed(objectsDir)) === null ? objectsDir : null;
  const workspace = { ...partsOf(top), branch, base, borrows };
  try {
    for (const part of [workspace.dir, workspace.home, workspace.tmp]) await mkdir(part, { mode: 0o700 });
    await fill(repository, workspace);
    return workspace;
  } catch (error) {
    await discardWorkspace(repository, top);
    throw error;
  }
}

/** Where the clone of an attempt is, in the attempt's directory. */
export const workspaceDir = (top: string): string => join(top, "tree");

const partsOf = (top: string): Pick<Workspace, "dir" | "home" | "tmp"> => ({
  dir: workspaceDir(top),
  home: join(top, "home"),
  tmp: join(top, "tmp"),
});

/** A workspace that was made before, by the directory of its attempt. */
export const workspaceIn = async (
  { objectsDir }: UserRepository,
  top: string,
  made: Pick<Workspace, "branch" | "base">,
): Promise<Workspace> => ({ ...made, ...partsOf(top), borrows: (await isBorrowing(top)) ? objectsDir : null });

/** Deletes the directory of an attempt with all that is in it, saved or not. Nothing there is fine. */
export async function discardWorkspace(repository: UserRepository, top: string): Promise<void> {
  await endBorrowing(repository, top);
  await removeAll(top);
  await forgetIndexes(repository, partsOf(top).dir);
}

/** The history goes into one pack of the clone's own, or is borrowed, and its files are written beside it; no agent has been there yet. */
async function fill(repository: UserRepository, workspace: Workspace): Promise<void> {
  const { git, storeDir, identity } = repository;
  const gitDir = join(workspace.dir, ".git");
  for (const part of ["objects/info", "objects/pack", "refs/tags", dirname(`refs/heads/${workspace.branch}`)])
    await mkdir(join(gitDir, part), { recursive: true });
  const own =
    `[user]\n\tname = ${quoted(identity.name)}\n\temail = ${quoted(identity.email)}\n` +
    "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[commit]\n\tgpgSign = false\n";
  const made = await Promise.allSettled([
    writeFile(join(gitDir, "HEAD"), `ref: refs/heads/${workspace.branch}\n`),
    writeFile(join(gitDir, "config"), `${await repository.freshConfig()}${own}`),
    (workspace.borrows === null ? copy : borrow)(repository, workspace, gitDir),
    git(["read-tree", "--reset", "-u", workspace.base], {
      gitDir: storeDir,
      indexFile: join(gitDir, "index"),
      workTree: workspace.dir,
      timeoutMs: CLONE_TIMEOUT,
    }),
  ]);
  // Only when nothing writes there any more: whoever hears of it removes it all.
  const failed = made.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  await writeFile(join(gitDir, "refs/heads", workspace.branch), `${workspace.base}\n`);
  await keepFirstIndex(repository, workspace, join(gitDir, "index"));
}

async function copy({ git, storeDir }: UserRepository, { base }: Workspace, gitDir: string): Promise<void> {
  await git(["pack-objects", "--quiet", "--revs", "--delta-base-offset", join(gitDir, "objects/pack/pack")], {
    gitDir: storeDir,
    input: `${base}\n`,
    // What a power cut takes of a clone is made again.
    config: ["core.fsync=none"],
    timeoutMs: CLONE_TIMEOUT,
  });
}

async function borrow(repository: UserRepository, { dir, base }: Workspace, gitDir: string): Promise<void> {
  await beginBorrowing(repository, dirname(dir), base);
  await writeFile(join(gitDir, "objects/info/alternates"), `${repository.objectsDir}\n`);
}

const quoted = (value: string): string => `"${value.replace(/[\\"]/g, "\\$&").replace(/[\n\r\0]/g, " ")}"`;

export type Removal =
  | { readonly kind: "removed" }
  /** Files in it differ from what was kept; nothing was deleted. Salvage first. */
  | { readonly kind: "unsaved"; readonly tree: string };

/**
 * Deletes a workspace whose work is saved: its files are exactly those of `kept`, a commit that a ref of the user's repository
 * reaches (null: nothing was kept), or still or again the base's. Already gone counts as removed.
 */
export async function removeWorkspace({
  repository,
  workspace,
  kept,
}: {
  readonly repository: UserRepository;
  readonly workspace: Workspace;
  readonly kept: string | null;
}): Promise<Removal> {
  const top = dirname(workspace.dir);
  if (basename(workspace.dir) !== "tree") throw new Error(`${workspace.dir} is no workspace of conductor's making`);
  const from = kept ?? workspace.base;
  const now = await snapshot({ repository, workspace, from });
  // An agent that went back to where it began has left nothing of its own, whatever was kept of it before.
  const same = async (commit: string): Promise<boolean> =>
    (await repository.treeOf(commit)) === now?.tree && (await isReached(repository, commit));
  if (now !== null && !(await same(from)) && !(from !== workspace.base && (await same(workspace.base))))
    return { kind: "unsaved", tree: now.tree };
  await discardWorkspace(repository, top);
  return { kind: "removed" };
}

async function isReached(
  { git, gitDir, keptUnder, resolve: resolveRef }: UserRepository,
  commit: string,
): Promise<boolean> {
  const ref = keptUnder.get(commit);
  if (ref !== undefined && (await resolveRef(ref)) === commit) return true;
  const answer = await git(["for-each-ref", "--count=1", "--format=%(refname)", `--contains=${commit}`], {
    gitDir,
    answers: [128, 129],
  });
  return answer.code === 0 && answer.stdout.length > 0;
}
