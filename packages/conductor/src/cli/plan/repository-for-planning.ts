/** What the repository holds already, for a planner. Planning needs no repository: without one nobody knows. */
import { lstat, readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { isWerkError } from "@taskwerk/contract/errors";
import { mapRepository, type RepositoryMap } from "../../plan/repository-map.ts";
import type { App } from "../app.ts";

/** A larger file is generated, or no source. */
const LARGEST = 256 * 1024;

/** The files of the last commit, and what they export as they lie there; null without a repository or a commit. */
export async function repositoryForPlanning(
  app: App,
  documents: readonly { readonly text: string }[],
): Promise<RepositoryMap | null> {
  try {
    const { openUserRepository } = await import("../open-repository.ts");
    const repository = await openUserRepository(app);
    const head = await repository.resolve("HEAD");
    if (head === null) return null;
    const top = await realpath(repository.root);
    const files = (await repository.listFiles(head)).filter((path) => !/^\.(?:conductor|taskwerk)\//.test(path));
    return await mapRepository(files, (path) => readSource(top, path), documents);
  } catch (error) {
    if (isWerkError(error) && error.code === "GIT_NOT_A_REPOSITORY") return null;
    app.note(
      `the repository is not looked at: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
    );
    return null;
  }
}

/** Only regular files that lie in the repository: a link may lead anywhere. */
async function readSource(top: string, path: string): Promise<string | null> {
  const full = join(top, path);
  try {
    const there = await lstat(full);
    if (!there.isFile() || there.size > LARGEST) return null;
    if (!(await realpath(full)).startsWith(`${top}${sep}`)) return null;
    const text = await readFile(full, "utf8");
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
