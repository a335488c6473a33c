/** What git writes into the configuration of a new repository here. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "./git.ts";
import { scratchIn } from "./scratch.ts";

/** As it depends on git and on the disk: made beside the store, where clones are made too, and removed again. */
export async function freshConfig(git: Git, storeDir: string, objectFormat: "sha1" | "sha256"): Promise<string> {
  const dir = scratchIn(storeDir, "incoming", "fresh");
  const format = objectFormat === "sha1" ? [] : [`--object-format=${objectFormat}`];
  try {
    await git(["init", "--quiet", "--template=", ...format, dir], { env: { GIT_DEFAULT_REF_FORMAT: "files" } });
    return await readFile(join(dir, ".git/config"), "utf8");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
