/** What two commits conflict in, read from git's own three-way merge, and the tree in which that is settled. */
import { rm } from "node:fs/promises";
import type { Conflict, ConflictedPath, Side } from "../model/conflict.ts";
import { fieldsOf, type Git, textOf } from "./git.ts";
import { isObjectId } from "./ref-name.ts";
import { scratchIn } from "./scratch.ts";

interface Places {
  readonly storeDir: string;
  readonly objectsDir: string;
}

const SIDES = { "1": "base", "2": "ours", "3": "theirs" } as const;

/** Null when they merge by themselves. Merge drivers and filters that attributes name are not known here, so none runs. */
export async function conflictOf(
  git: Git,
  { storeDir, objectsDir }: Places,
  ours: string,
  theirs: string,
): Promise<Conflict | null> {
  requireIds([ours, theirs]);
  const answer = await git(["merge-tree", "--write-tree", "-z", "--no-messages", ours, theirs], {
    gitDir: storeDir,
    objectsDir,
    answers: [1],
  });
  if (answer.code === 0) return null;
  const [tree = "", ...entries] = fieldsOf(answer);
  const found = new Map<string, { -readonly [K in keyof ConflictedPath]: ConflictedPath[K] }>();
  for (const entry of entries) {
    const [, mode, blob, stage, path] = /^(\d{6}) ([0-9a-f]+) ([123])\t([\s\S]+)$/.exec(entry) ?? [];
    if (mode === undefined || blob === undefined || path === undefined) continue;
    const one = found.get(path) ?? { path, base: null, ours: null, theirs: null };
    const side: Side = { mode, blob };
    one[SIDES[stage as keyof typeof SIDES]] = side;
    found.set(path, one);
  }
  return { tree, paths: [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** The bytes of blobs, each id once. */
export async function readBlobs(
  git: Git,
  storeDir: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  requireIds(ids);
  const contents = new Map<string, Buffer>();
  if (ids.length === 0) return contents;
  const wanted = [...new Set(ids)];
  const { stdout } = await git(["cat-file", "--batch"], { gitDir: storeDir, input: `${wanted.join("\n")}\n` });
  let at = 0;
  for (const id of wanted) {
    const eol = stdout.indexOf(10, at);
    const size = Number(/ blob (\d+)$/.exec(stdout.toString("latin1", at, eol))?.[1] ?? Number.NaN);
    if (!Number.isFinite(size)) throw new Error(`git has no blob ${id}`);
    contents.set(id, stdout.subarray(eol + 1, eol + 1 + size));
    at = eol + 1 + size + 1;
  }
  return contents;
}

/** See the port: other contents for files that are there, with the modes they have. */
export async function treeWithFiles(
  git: Git,
  { storeDir, objectsDir }: Places,
  tree: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<string> {
  requireIds([tree]);
  const indexFile = scratchIn(storeDir, "indexes", "settled");
  const call = { gitDir: storeDir, objectsDir, indexFile };
  try {
    await git(["read-tree", tree], call);
    const listed = fieldsOf(await git(["ls-tree", "-r", "-z", "--full-tree", tree], call));
    const modes = new Map(listed.map((entry) => [entry.slice(entry.indexOf("\t") + 1), entry.slice(0, 6)] as const));
    const lines: string[] = [];
    for (const [path, bytes] of files) {
      const mode = modes.get(path);
      if (mode !== "100644" && mode !== "100755") throw new Error(`${path} is no file of ${tree}`);
      const written = await git(["hash-object", "-w", "--stdin", "--no-filters"], { ...call, input: bytes });
      lines.push(`${mode} ${textOf(written)}\t${path}\0`);
    }
    await git(["update-index", "-z", "--index-info"], { ...call, input: lines.join("") });
    return textOf(await git(["write-tree"], call));
  } finally {
    await rm(indexFile, { force: true });
  }
}

/** See the port. Whatever a command has left in `dir`, it is only looked at: nothing there is followed, opened as a repository or changed. */
export async function touchedIn(git: Git, storeDir: string, tree: string, dir: string): Promise<readonly string[]> {
  requireIds([tree]);
  const indexFile = scratchIn(storeDir, "indexes", "touched");
  const call = { gitDir: storeDir, indexFile, workTree: dir, timeoutMs: 5 * 60_000 };
  try {
    await git(["read-tree", tree], call);
    // What is as it was is told by its content: an index that was just made knows no times.
    await git(["update-index", "-q", "--refresh"], { ...call, answers: [1] });
    return fieldsOf(await git(["diff-files", "--name-only", "--no-renames", "--ignore-submodules=all", "-z"], call));
  } finally {
    await rm(indexFile, { force: true });
  }
}

function requireIds(ids: readonly string[]): void {
  if (!ids.every(isObjectId)) throw new Error("git objects are named by their ids");
}
