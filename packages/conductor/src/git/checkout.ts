/** Writes a tree's files into a directory that has no .git. */

import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { fieldsOf, type Git } from "./git.ts";
import { linksThatLeave } from "./symlinks.ts";

/**
 * Writes the files of `tree` into `dir`, which must exist and be empty, with an index of its own and without any filter
 * program. Throws GIT_FAILED when a symbolic link of the tree leads out of it; nothing is written then.
 */
export async function checkoutTree(git: Git, storeDir: string, tree: string, dir: string): Promise<void> {
  if ((await readdir(dir)).length > 0)
    throw new WerkError("GIT_FAILED", `a tree is written into an empty directory, and ${dir} is not empty`);
  await refuseLeavingLinks(git, storeDir, tree);
  const indexFile = join(storeDir, "indexes", `checkout-${randomUUID()}`);
  try {
    await git(["read-tree", tree], {
      gitDir: storeDir,
      indexFile,
    });
    await git(["checkout-index", "--all", "--force", "--quiet"], {
      gitDir: storeDir,
      indexFile,
      workTree: dir,
      timeoutMs: 10 * 60_000,
    });
  } finally {
    await rm(indexFile, { force: true });
  }
}

async function refuseLeavingLinks(git: Git, storeDir: string, tree: string): Promise<void> {
  const leaving = await leavingLinks(git, storeDir, tree);
  if (leaving.length > 0)
    throw new WerkError(
      "GIT_FAILED",
      `the tree has symbolic links that lead out of it: ${leaving.slice(0, 5).join(", ")}`,
      {
        hint: "Point them at files of the repository, or take them out.",
        details: { paths: leaving.slice(0, 100) },
      },
    );
}

/** The symbolic links of a tree that lead out of it. */
export async function leavingLinks(git: Git, storeDir: string, tree: string): Promise<readonly string[]> {
  const listed = fieldsOf(await git(["ls-tree", "-r", "-z", "--full-tree", tree], { gitDir: storeDir }));
  const blobs = new Map<string, string>();
  for (const entry of listed) {
    const found = /^120000 blob ([0-9a-f]+)\t([\s\S]+)$/.exec(entry);
    if (found?.[1] && found[2]) blobs.set(found[2], found[1]);
  }
  if (blobs.size === 0) return [];
  const contents = await readBlobs(git, storeDir, [...new Set(blobs.values())]);
  const links = new Map([...blobs].map(([path, id]) => [path, contents.get(id) ?? "/"] as const));
  return linksThatLeave(links);
}

/** Object ids to contents; a link target longer than a path can be counts as leaving. */
async function readBlobs(git: Git, storeDir: string, ids: readonly string[]): Promise<Map<string, string>> {
  const { stdout } = await git(["cat-file", "--batch"], { gitDir: storeDir, input: `${ids.join("\n")}\n` });
  const contents = new Map<string, string>();
  let at = 0;
  for (const id of ids) {
    const eol = stdout.indexOf(10, at);
    const size = Number(/ blob (\d+)$/.exec(stdout.toString("latin1", at, eol))?.[1] ?? Number.NaN);
    if (!Number.isFinite(size)) throw new Error(`git cat-file answered something else than blob ${id}`);
    contents.set(id, size > 4096 ? "/" : stdout.toString("utf8", eol + 1, eol + 1 + size));
    at = eol + 1 + size + 1;
  }
  return contents;
}
