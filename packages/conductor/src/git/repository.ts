/** Opens the user's repository: its objects and refs, never its index or its files. */
import { join, resolve } from "node:path";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { Repository } from "../model/repository.ts";
import { checkoutTree, leavingLinks } from "./checkout.ts";
import { conflictOf, readBlobs, touchedIn, treeWithFiles } from "./conflict.ts";
import { type Git, makeGit, textOf } from "./git.ts";
import { commitsBetween } from "./history.ts";
import { CONDUCTOR, type Identity, readIdentity, usersConfig } from "./identity.ts";
import { ignoredPaths, leftIn } from "./left.ts";
import { openObjects } from "./objects.ts";
import { overlayTree } from "./overlay.ts";
import { treesOf, unreached } from "./reach.ts";
import { listRefs, resolveName, swapRef } from "./refs.ts";
import { readSigning } from "./signing.ts";
import { openStore } from "./store.ts";

export interface RepositoryOptions {
  /** The user's environment: PATH to find git, HOME to read their name and where it is safe to work. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Conductor's own directory for this one repository, outside it: the store. Made when missing. */
  readonly storeDir: string;
  /** Who commits; default: as the user's git is set up, else conductor itself. */
  readonly identity?: Identity;
  /** Commits are signed where the user signs every commit of theirs. Default: they are not. */
  readonly sign?: boolean;
  /** Refs beside refs/conductor/ and refs/heads/conductor/ that may be moved, e.g. by `deliver`. */
  readonly mayMove?: readonly string[];
}

/** The port, and what the other files of `git/` need of it. */
export interface UserRepository extends Repository {
  readonly git: Git;
  readonly storeDir: string;
  readonly objectsDir: string;
  readonly objectFormat: "sha1" | "sha256";
  readonly identity: Identity;
  /** Commits are signed. */
  readonly signs: boolean;
  /** The branch the user is on (refs/heads/…), or null when HEAD is detached. */
  readonly head: string | null;
}

/** The first git with `merge-tree --write-tree`. */
const OLDEST: readonly [number, number] = [2, 38];

/**
 * Opens the repository that holds `root`; a linked worktree, a detached HEAD or changed files do not matter.
 * Throws GIT_NOT_A_REPOSITORY (none here, or bare), GIT_NO_COMMITS, and GIT_FAILED (shallow, partial, or git too old).
 */
export async function openRepository(root: string, options: RepositoryOptions): Promise<UserRepository> {
  const git = makeGit(options.env);
  await requireGit(git);
  const found = await find(git, root, options.env);
  const { top, gitDir, commonDir, objectFormat } = found;
  const objectsDir = join(commonDir, "objects");
  const storeDir = resolve(options.storeDir);
  const tip = await resolveName(git, gitDir, "HEAD");
  if (tip === null)
    throw new WerkError("GIT_NO_COMMITS", `${top} has no commit yet`, {
      hint: 'git commit --allow-empty -m "chore: first commit"',
    });
  await openStore(storeDir, objectsDir, objectFormat);
  const identity = options.identity ?? (await readIdentity(git, top, options.env)) ?? CONDUCTOR;
  const signing = options.sign === true ? await readSigning(git, options.env) : null;
  const head = await git(["symbolic-ref", "--quiet", "HEAD"], { gitDir, answers: [1] });
  const refs = { gitDir, mayMove: options.mayMove ?? [] };
  return {
    root: top,
    gitDir: commonDir,
    git,
    storeDir,
    objectsDir,
    objectFormat,
    identity,
    signs: signing !== null,
    head: head.code === 0 ? textOf(head) : null,
    ...openObjects(git, { storeDir, objectsDir, identity, signing }),
    resolve: (name) => resolveName(git, gitDir, name),
    updateRef: (ref, to, expected) => swapRef(git, refs, { ref, to, expected }),
    checkout: (tree, dir) => checkoutTree(git, storeDir, tree, dir),
    leavingLinks: (tree) => leavingLinks(git, storeDir, tree),
    ignoredPaths: (patterns) => ignoredPaths(git, { gitDir, top, storeDir }, patterns),
    left: (tree, dir) => leftIn(git, storeDir, tree, dir),
    refs: (prefix) => listRefs(git, gitDir, prefix),
    commitsBetween: (from, to) => commitsBetween(storeDir, options.env, from, to),
    conflictOf: (ours, theirs) => conflictOf(git, { storeDir, objectsDir }, ours, theirs),
    blobs: (ids) => readBlobs(git, storeDir, ids),
    withFiles: (tree, files) => treeWithFiles(git, { storeDir, objectsDir }, tree, files),
    touched: (tree, dir) => touchedIn(git, storeDir, tree, dir),
    overlay: (base, from, paths) => overlayTree(git, storeDir, { base, from, paths }),
    unreached: (commits, from) => unreached(git, gitDir, commits, from ?? null),
    treesOf: (commits) => treesOf(git, gitDir, commits),
  };
}

async function requireGit(git: Git): Promise<void> {
  const version = textOf(await git(["version"]));
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major === undefined || minor === undefined || major > OLDEST[0]) return;
  if (major < OLDEST[0] || minor < OLDEST[1])
    throw new WerkError("GIT_FAILED", `${version} is too old: conductor needs git ${OLDEST.join(".")} or newer`, {
      hint: "Install a newer git.",
    });
}

interface Found {
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly objectFormat: "sha1" | "sha256";
}

async function find(git: Git, root: string, env: RepositoryOptions["env"]): Promise<Found> {
  // The user's own configuration decides here whether a directory of another owner is safe to work in.
  const asUser = { cwd: root, env: usersConfig(env), config: ["safe.bareRepository=all"] };
  const questions = ["--absolute-git-dir", "--git-common-dir", "--is-bare-repository", "--is-shallow-repository"];
  const answer = await git(["rev-parse", ...questions, "--show-object-format"], asUser).catch((error: unknown) => {
    throw noRepository(root, error);
  });
  const [gitDir = "", common = "", bare, shallow, format] = textOf(answer).split("\n");
  if (bare === "true")
    throw new WerkError("GIT_NOT_A_REPOSITORY", `${root} is a bare repository: conductor works for one with files`, {
      hint: `git clone ${root}`,
    });
  if (shallow === "true")
    throw new WerkError("GIT_FAILED", `${root} is a shallow clone: the history that landing needs is missing`, {
      hint: "git fetch --unshallow",
    });
  const top = textOf(await git(["rev-parse", "--show-toplevel"], asUser));
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
  };
}

function noRepository(root: string, error: unknown): unknown {
  if (!isWerkError(error)) return error;
  const stderr = String(error.details.stderr ?? "");
  if (stderr.includes("dubious ownership"))
    return new WerkError("GIT_NOT_A_REPOSITORY", `${root} belongs to another user, and git does not trust it`, {
      hint: `git config --global --add safe.directory ${root}`,
      cause: error,
    });
  if (stderr.includes("not a git repository") || stderr.includes("must be run in a work tree"))
    return new WerkError("GIT_NOT_A_REPOSITORY", `${root} is not in a git repository`, {
      hint: "git init, then make a first commit",
      cause: error,
    });
  return error;
}
