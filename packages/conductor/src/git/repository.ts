/** Opens the user's repository: its objects and refs, never its index or its files. */
import { join, resolve } from "node:path";
import type { Repository } from "../model/repository.ts";
import { changeSize } from "./change-size.ts";
import { checkoutTree, leavingLinks } from "./checkout.ts";
import { readBlobs, touchedIn, treeWithFiles } from "./conflict.ts";
import { farTrees } from "./far-trees.ts";
import { findRepository, noCommits } from "./find-repository.ts";
import { freshConfig } from "./fresh-config.ts";
import { type Git, gitWith } from "./git.ts";
import { commitsBetween } from "./history.ts";
import { CONDUCTOR, type Identity, readIdentity } from "./identity.ts";
import { ignoredPaths, leftIn } from "./left.ts";
import { openMerges } from "./merge.ts";
import { openReader } from "./object-reader.ts";
import { openObjects } from "./objects.ts";
import { overlayTree } from "./overlay.ts";
import { treesOf, unreached } from "./reach.ts";
import { listRefs, resolveName, swapRef } from "./refs.ts";
import { remembered } from "./remembered.ts";
import { remotesOf } from "./remotes.ts";
import { revertsBelow } from "./reverts.ts";
import { readSigning } from "./signing.ts";
import { makeStartGit } from "./start-git.ts";
import { openStore } from "./store.ts";
import { openTreeWalk } from "./tree-walk.ts";
import { watchWorktrees } from "./worktrees.ts";

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
  /** What git writes into the configuration of a new repository; asked once. */
  readonly freshConfig: () => Promise<string>;
  /** Commits that were published by this process, with the ref of each; the ref may have been moved since. */
  readonly keptUnder: Map<string, string>;
  /** Index files of conductor's own with the tree that each stands for. */
  readonly indexTrees: Map<string, string>;
  /** The branch the user is on (refs/heads/…), or null when HEAD is detached. */
  readonly head: string | null;
}

/** Opens the repository that holds `root`. Throws as `findRepository` does. */
export async function openRepository(root: string, options: RepositoryOptions): Promise<UserRepository> {
  const start = makeStartGit(options.env);
  const git = gitWith(start);
  const { top, gitDir, commonDir, objectFormat, head } = await findRepository(root, options.env);
  const objectsDir = join(commonDir, "objects");
  const storeDir = resolve(options.storeDir);
  const names = openReader(start, { gitDir });
  const [tip, user, signing] = await Promise.all([
    resolveName(names, "HEAD"),
    options.identity ?? readIdentity(git, top, options.env),
    options.sign === true ? readSigning(git, options.env) : null,
    openStore(storeDir, objectsDir, objectFormat),
  ]);
  if (tip === null) throw noCommits(top);
  const identity = user ?? CONDUCTOR;
  const worktrees = watchWorktrees(git, { gitDir, commonDir });
  const refs = { gitDir, worktrees, mayMove: options.mayMove ?? [] };
  const reader = openReader(start, { gitDir: storeDir });
  const trees = openTreeWalk(reader, objectFormat === "sha1" ? 20 : 32, farTrees(git, storeDir));
  const fresh = remembered(1, () => freshConfig(git, storeDir, objectFormat));
  const objects = openObjects(git, { storeDir, objectsDir, reader, trees, identity, signing });
  return {
    root: top,
    gitDir: commonDir,
    git,
    storeDir,
    objectsDir,
    objectFormat,
    identity,
    signs: signing !== null,
    head,
    freshConfig: () => fresh(""),
    keptUnder: new Map(),
    indexTrees: new Map(),
    ...objects,
    ...openMerges(git, { storeDir, objectsDir, reader, identity, treeOf: objects.treeOf }),
    resolve: (name) => resolveName(names, name),
    updateRef: (ref, to, expected) => swapRef(git, refs, { ref, to, expected }),
    checkout: (tree, dir) => checkoutTree({ git, storeDir, reader, trees }, tree, dir),
    leavingLinks: (tree) => leavingLinks({ reader, trees }, tree),
    ignoredPaths: (patterns) => ignoredPaths(git, { gitDir, top, storeDir }, patterns),
    left: (tree, dir) => leftIn(git, storeDir, tree, dir),
    refs: (prefix) => listRefs(git, gitDir, prefix),
    remotes: () => remotesOf(git, gitDir),
    commitsBetween: (from, to) => commitsBetween(storeDir, options.env, from, to),
    sizeBetween: (from, to) => changeSize(git, storeDir, from, to),
    reverts: (tips, since) => revertsBelow(git, storeDir, tips, since),
    blobs: (ids) => readBlobs(git, storeDir, ids),
    withFiles: (tree, files) => treeWithFiles(git, { storeDir, objectsDir }, tree, files),
    touched: (tree, dir) => touchedIn(git, storeDir, tree, dir),
    overlay: (base, from, paths) => overlayTree(git, storeDir, { base, from, paths }),
    unreached: (commits, from) => unreached(git, gitDir, commits, from ?? null),
    treesOf: (commits) => treesOf(git, gitDir, commits),
  };
}
