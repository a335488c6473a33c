/** A tree of everything in a workspace, taken without touching its .git, which an agent may have written. */

import { createHash, randomUUID } from "node:crypto";
import { lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Workspace } from "../model/repository.ts";
import { copyIndex } from "./copy-index.ts";
import { fieldsOf, type Git, type GitCall, textOf } from "./git.ts";
import { makeOpen } from "./remove-all.ts";
import type { UserRepository } from "./repository.ts";
import { scratchIn } from "./scratch.ts";

export interface Snapshot {
  /** A tree in conductor's store: tracked and untracked files, without ignored ones. */
  readonly tree: string;
  /** Directories with a .git of their own, whose files are in the tree as ordinary files. */
  readonly nested: readonly string[];
}

export interface SnapshotWish {
  readonly repository: UserRepository;
  readonly workspace: Workspace;
  /** The commit whose files count as tracked, also where they are ignored; default: the workspace's base. */
  readonly from?: string;
}

const TIMEOUT = 5 * 60_000;
const MAX_NESTED = 100;
const MAX_DEPTH = 4;

/** Null when the workspace is gone. Equal files give an equal tree, so it also tells whether a turn changed anything. */
export async function snapshot({ repository, workspace, from }: SnapshotWish): Promise<Snapshot | null> {
  const { git, storeDir } = repository;
  const top = await lstat(workspace.dir).catch(() => null);
  if (!top?.isDirectory()) return null;
  const start = from ?? workspace.base;
  const known = indexOf(repository, workspace, start);
  const indexFile = scratchIn(storeDir, "indexes", "snapshot");
  try {
    const call = { gitDir: storeDir, workTree: workspace.dir, indexFile, timeoutMs: TIMEOUT };
    const before = await beginIndex(repository, { workspace, start, known, call });
    const plain = await addPlain(git, call, before);
    if (plain !== null) {
      await rename(indexFile, known);
      repository.indexTrees.set(known, plain);
      return { tree: plain, nested: [] };
    }
    await git(["read-tree", start], call);
    return await addAll(git, call, MAX_DEPTH);
  } finally {
    await rm(indexFile, { force: true });
  }
}

/** Indexes that are kept are named after the workspace and what they begin from. */
const indexOf = ({ storeDir }: UserRepository, { dir }: Workspace, start: string): string =>
  join(storeDir, "indexes", `${hashOf(dir)}-${hashOf(start)}`);
const KEPT = /^([0-9a-f]{24})-[0-9a-f]{24}$/;
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 24);

/** Keeps the index of a new clone, whose files are those of its base: none of them needs to be read again until it changes. */
export async function keepFirstIndex(repository: UserRepository, workspace: Workspace, index: string): Promise<void> {
  const known = indexOf(repository, workspace, workspace.base);
  if (await copyIndex(index, known)) repository.indexTrees.set(known, await repository.treeOf(workspace.base));
}

/** Forgets the indexes of a workspace that is gone. */
export const forgetIndexes = (repository: UserRepository, dir: string): Promise<void> =>
  removeIndexes(repository, (owner) => owner === hashOf(dir));

/** Forgets the indexes of all workspaces but these. */
export async function forgetOtherIndexes(repository: UserRepository, dirs: readonly string[]): Promise<void> {
  const there = new Set(dirs.map(hashOf));
  await removeIndexes(repository, (owner) => !there.has(owner));
}

async function removeIndexes(
  { storeDir, indexTrees }: UserRepository,
  unwanted: (owner: string) => boolean,
): Promise<void> {
  const place = join(storeDir, "indexes");
  for (const name of await readdir(place).catch(() => [])) {
    const owner = KEPT.exec(name)?.[1];
    if (owner === undefined || !unwanted(owner)) continue;
    indexTrees.delete(join(place, name));
    await rm(join(place, name), { force: true });
  }
}

/**
 * Puts an index to begin from where the call says; answers its tree, or null when that is not known. The last index of the
 * same start, or of the clone as it was made, spares reading files again that did not change.
 */
async function beginIndex(
  repository: UserRepository,
  {
    workspace,
    start,
    known,
    call,
  }: { readonly workspace: Workspace; readonly start: string; readonly known: string; readonly call: AddCall },
): Promise<string | null> {
  if (await copyIndex(known, call.indexFile)) return repository.indexTrees.get(known) ?? null;
  const seeded = await copyIndex(indexOf(repository, workspace, workspace.base), call.indexFile);
  await repository.git(["read-tree", ...(seeded ? ["-i", "-m"] : []), start], call);
  return repository.treeOf(start);
}

type AddCall = GitCall & { readonly workTree: string; readonly indexFile: string };

/**
 * The tree when no directory has a .git of its own; null when one has, and then the index is of no use. `before`: the tree
 * that the index stands for.
 */
async function addPlain(git: Git, call: AddCall, before: string | null): Promise<string | null> {
  // It names each path that it adds, changes or takes out.
  const add = (): ReturnType<Git> => git(["add", "--all", "--verbose", "--", ":/"], { ...call, answers: [128] });
  let added = await add();
  // Of a directory it cannot read it only warns, and leaves out what is in it.
  let same = added.stdout.length === 0;
  if (/permission denied/i.test(added.stderr)) {
    await makeOpen(call.workTree);
    added = await add();
    same &&= added.stdout.length === 0;
  }
  if (added.code !== 0 || added.stderr.includes("embedded git repository")) return null;
  return same && before !== null ? before : textOf(await git(["write-tree"], call));
}

async function addAll(git: Git, call: AddCall, depth: number): Promise<Snapshot> {
  // git lists a directory that has its own .git as one entry, and would store it as a bare commit id without its files.
  const others = fieldsOf(await git(["ls-files", "--others", "--exclude-standard", "-z"], call));
  const inner = others.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1));
  const left = inner.map((path) => `:(top,exclude,literal)${path}`);
  await git(["add", "--all", "--", ":/", ...left.slice(0, MAX_NESTED)], { ...call });
  const nested: string[] = [];
  for (const path of inner.slice(0, MAX_NESTED)) {
    const tree = depth === 0 ? null : await treeOfNested(git, call, { path, depth: depth - 1 });
    if (tree === null) continue;
    await git(["rm", "--cached", "--quiet", "-r", "--ignore-unmatch", "--", `:(top,literal)${path}`], call);
    await git(["read-tree", `--prefix=${path}/`, tree], call);
    nested.push(path);
  }
  return { tree: textOf(await git(["write-tree"], call)), nested };
}

async function treeOfNested(
  git: Git,
  call: AddCall,
  { path, depth }: { readonly path: string; readonly depth: number },
): Promise<string | null> {
  const workTree = join(call.workTree, path);
  const indexFile = `${call.indexFile}.${randomUUID()}`;
  try {
    const { tree } = await addAll(git, { ...call, workTree, indexFile }, depth);
    return tree;
  } finally {
    await rm(indexFile, { force: true });
  }
}
