/** A tree that is one commit's with some files of another. */
import { rm } from "node:fs/promises";
import { type Git, textOf } from "./git.ts";
import { isObjectId } from "./ref-name.ts";
import { scratchIn } from "./scratch.ts";

/** The tree of `base` in which `paths` are as in `from`; a path that is not there is taken out. Written into conductor's store. */
export async function overlayTree(
  git: Git,
  storeDir: string,
  { base, from, paths }: { readonly base: string; readonly from: string; readonly paths: readonly string[] },
): Promise<string> {
  if (!isObjectId(base) || !isObjectId(from)) throw new Error("trees are named by their ids");
  const indexFile = scratchIn(storeDir, "indexes", "overlay");
  const call = { gitDir: storeDir, indexFile };
  try {
    await git(["read-tree", base], call);
    const listed = await git(["ls-tree", "-r", "-z", "--full-tree", from], { gitDir: storeDir });
    const wanted = new Set(paths);
    const entries = new Map<string, string>();
    for (const entry of listed.stdout.toString("utf8").split("\0")) {
      const found = /^(\d{6}) blob ([0-9a-f]+)\t([\s\S]+)$/.exec(entry);
      if (found && wanted.has(found[3]!)) entries.set(found[3]!, `${found[1]} ${found[2]}\t${found[3]}`);
    }
    const lines = paths.map((path) => entries.get(path) ?? `0 ${"0".repeat(base.length)}\t${path}`);
    await git(["update-index", "-z", "--index-info"], { ...call, input: lines.map((line) => `${line}\0`).join("") });
    return textOf(await git(["write-tree"], call));
  } finally {
    await rm(indexFile, { force: true });
  }
}
