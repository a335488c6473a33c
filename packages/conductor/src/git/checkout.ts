/** Writes a tree's files into a directory that has no .git. */

import { readdir, rm } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import type { Git } from "./git.ts";
import type { ObjectReader } from "./object-reader.ts";
import { scratchIn } from "./scratch.ts";
import { linksThatLeave } from "./symlinks.ts";
import { pathOf, type TreeWalk } from "./tree-walk.ts";

/** What a look at a tree needs, and what writing it needs beside. */
interface Looking {
  readonly reader: ObjectReader;
  readonly trees: TreeWalk;
}
interface Writing extends Looking {
  readonly git: Git;
  readonly storeDir: string;
}

/**
 * Writes the files of `tree` into `dir`, which must exist and be empty, with an index of its own and without any filter
 * program. Throws GIT_FAILED when a symbolic link of the tree leads out of it; nothing is written then.
 */
export async function checkoutTree(how: Writing, tree: string, dir: string): Promise<void> {
  if ((await readdir(dir)).length > 0)
    throw new WerkError("GIT_FAILED", `a tree is written into an empty directory, and ${dir} is not empty`);
  await refuseLeavingLinks(how, tree);
  const { git, storeDir } = how;
  const indexFile = scratchIn(storeDir, "indexes", "checkout");
  try {
    await git(["read-tree", "--reset", "-u", tree], {
      gitDir: storeDir,
      indexFile,
      workTree: dir,
      timeoutMs: 10 * 60_000,
    });
  } finally {
    await rm(indexFile, { force: true });
  }
}

async function refuseLeavingLinks(how: Looking, tree: string): Promise<void> {
  const leaving = await leavingLinks(how, tree);
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

/** The symbolic links of a tree that lead out of it; one that is longer than a path can be counts as leaving. */
export async function leavingLinks({ reader, trees }: Looking, tree: string): Promise<readonly string[]> {
  const entries = (await trees.below(tree)).filter(({ mode }) => mode === "120000");
  const links = await Promise.all(
    entries.map(async (entry) => [pathOf(entry), await targetOf(reader, entry.id)] as const),
  );
  return linksThatLeave(new Map(links));
}

async function targetOf(reader: ObjectReader, id: string): Promise<string> {
  const about = await reader.about(id);
  if (about?.type !== "blob") throw new WerkError("GIT_FAILED", `the symbolic link ${id} is missing`);
  return about.bytes > 4096 ? "/" : String((await reader.read(id))?.contents ?? "/");
}
