/** The user's repository as conductor may use it: objects and refs, never the index or the files. A port; `git/` keeps it. Types only. */
import type { Conflict } from "./conflict.ts";

export interface ChangedPath {
  readonly path: string;
  readonly status: "added" | "modified" | "deleted" | "type-changed";
  /** git file modes, e.g. "100644", "120000" for a symlink, "000000" when absent. */
  readonly oldMode: string;
  readonly newMode: string;
}

/** What an agent made of `base`: how the files of `commit` differ from it. Whatever history it gave them counts for nothing. */
export interface WorkRange {
  readonly base: string;
  readonly commit: string;
}

export type MergeResult =
  | { readonly kind: "clean"; readonly tree: string }
  | { readonly kind: "conflict"; readonly paths: readonly string[] };

/** `stale`: somebody else moved the ref first; nothing was changed. */
export type RefUpdate = { readonly kind: "moved" } | { readonly kind: "stale"; readonly actual: string | null };

/**
 * How much one commit brings over another, as `git diff --shortstat` counts it where no attributes are set: what is renamed is no
 * change, and what is binary is told by its content, whatever `.gitattributes` says.
 */
export interface ChangeSize {
  /** That the other has not. */
  readonly commits: number;
  readonly files: number;
  /** Lines. */
  readonly added: number;
  readonly removed: number;
  /** Those of the files that have no lines to count. */
  readonly binaries: number;
}

/** A commit as people read it. */
export interface CommitLine {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly authorName: string;
  readonly authorEmail: string;
  /** RFC 3339, of the committer. */
  readonly at: string;
  readonly subject: string;
  /** Trailers by name, e.g. Task, Session, Receipt; each with its values in order. */
  readonly trailers: Readonly<Record<string, readonly string[]>>;
}

/** A commit that takes another one back, by the sentence that `git revert` writes with the whole id. */
export interface RevertCommit {
  readonly commit: string;
  /** What it takes back. */
  readonly reverts: string;
  readonly authorName: string;
  /** RFC 3339, of the committer. */
  readonly at: string;
}

export interface Repository {
  /** The repository's top directory and its common git directory, absolute. */
  readonly root: string;
  readonly gitDir: string;
  /** The commit a name points to, or null. */
  resolve(name: string): Promise<string | null>;
  treeOf(commit: string): Promise<string>;
  /** The whole message of a commit, as it was written. */
  messageOf(commit: string): Promise<string>;
  /** How large the files of a commit are, and the repository's objects all together, in bytes. */
  bytesOf(commit: string): Promise<{ readonly files: number; readonly objects: number }>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** The newest commit that both come from; null when they have nothing in common. */
  mergeBase(a: string, b: string): Promise<string | null>;
  changedPaths(from: string, to: string): Promise<readonly ChangedPath[]>;
  /** Commits that `to` has and `from` has not, newest first, at most 10,000. Both are commit ids. */
  commitsBetween(from: string, to: string): Promise<readonly CommitLine[]>;
  /** How much `to` brings over `from`. Both are commit ids. */
  sizeBetween(from: string, to: string): Promise<ChangeSize>;
  /** Reverts that one of `tips` has and `since` has not, newest first, at most 10,000. All are commit ids. */
  reverts(tips: readonly string[], since: string): Promise<readonly RevertCommit[]>;
  /** Every file path of a tree or commit. */
  listFiles(treeish: string): Promise<readonly string[]>;
  /** A file's bytes at a tree or commit, or null when there is none. */
  readFile(treeish: string, path: string): Promise<Buffer | null>;
  /** A unified diff, at most `limitBytes`. */
  diff(from: string, to: string, limitBytes: number): Promise<string>;
  /** The tree of a commit in which some paths are as in another; written beside the user's objects. */
  overlay(base: string, from: string, paths: readonly string[]): Promise<string>;
  /** Merges two commits in memory, on what their histories have in common; writes objects only. */
  mergeTrees(ours: string, theirs: string): Promise<MergeResult>;
  /** Merges work onto a commit that holds its base, on that base; writes objects only. */
  mergeWork(tip: string, work: WorkRange): Promise<MergeResult>;
  /** What conflicts where `mergeWork` says so; null when nothing does. Writes objects only. */
  conflictOf(tip: string, work: WorkRange): Promise<Conflict | null>;
  /** The bytes of blobs, by their ids. */
  blobs(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  /** The tree with other contents in some of its files, whose modes stay; written into the user's objects. Throws when one is no file. */
  withFiles(tree: string, files: ReadonlyMap<string, Uint8Array>): Promise<string>;
  commitTree(commit: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
  }): Promise<string>;
  /** Compare-and-swap; `expected` null = the ref must not exist. */
  updateRef(ref: string, to: string, expected: string | null): Promise<RefUpdate>;
  /** Writes a tree's files into an empty directory; no .git is made there. Symlinks that leave it are refused (GIT_FAILED). */
  checkout(tree: string, dir: string): Promise<void>;
  /** Those symlinks of a tree. */
  leavingLinks(tree: string): Promise<readonly string[]>;
  /** Files in the user's directory that git ignores and that these patterns, as in a .gitignore, match. */
  ignoredPaths(patterns: string): Promise<readonly string[]>;
  /** What lies in `dir`, a checkout of `tree`, beside its files: paths that its .gitignore files name, and others. */
  left(tree: string, dir: string): Promise<{ readonly ignored: readonly string[]; readonly others: readonly string[] }>;
  /** Files of `tree` that are not as they were in `dir`, a checkout of it: changed, deleted, or something else now. */
  touched(tree: string, dir: string): Promise<readonly string[]>;
  /** Names under a prefix, e.g. refs/conductor/salvage/. */
  refs(prefix: string): Promise<readonly { readonly name: string; readonly commit: string }[]>;
  /** The names of the repositories that the user pushes to. */
  remotes(): Promise<readonly string[]>;
  /** Of these commits, those that are missing or that no ref reaches (or not `from`, a commit): what git may throw away. */
  unreached(commits: readonly string[], from?: string): Promise<readonly string[]>;
  /** The trees of those of these commits that are there. */
  treesOf(commits: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** A clone of its own for one attempt. */
export interface Workspace {
  /** The clone's working directory, outside the user's repository. */
  readonly dir: string;
  readonly branch: string;
  /** The commit it was made from. */
  readonly base: string;
  /** HOME and TMPDIR for what runs in it. */
  readonly home: string;
  readonly tmp: string;
  /** The directory of the user's objects that its git reads instead of a copy, to be shown read-only; null = it has its own. */
  readonly borrows: string | null;
}
