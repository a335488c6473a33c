import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { App } from "./app.ts";

/** Something in a branch's name that may be a task: `feature/TASK-001.2-limit` has one. */
const ID = /(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*-\d{1,9}(?:\.\d{1,9})*(?![A-Za-z0-9])/g;
const MOST_TRIED = 5;

/**
 * The task that the git branch names, where a command wants one and got none; says on stderr which it took. Throws USAGE
 * where there is no branch, or none that names a task; `otherwise` stands below it: what else may be typed.
 */
export async function taskOfBranch(app: App, otherwise?: string): Promise<string> {
  const branch = branchAt(app.target.cwd);
  if (branch === null) throw noId("", otherwise);
  for (const [id] of Array.from(branch.matchAll(ID)).slice(0, MOST_TRIED)) {
    const found = await app.call("task.show", { id }).catch((error: unknown) => {
      if (isWerkError(error) && error.code === "TASK_NOT_FOUND") return null;
      throw error;
    });
    if (!found) continue;
    app.output.note(`${found.data.id}, from the branch ${branch}`);
    return found.data.id;
  }
  throw noId(`, and the branch ${branch} names no task`, otherwise);
}

const noId = (why: string, otherwise = "What there is:  taskwerk list"): WerkError =>
  new WerkError("USAGE", `no id was given${why}.`, {
    hint: `Ids look like this:  12  TASK-012  3..7  1,2,3  @last\n${otherwise}`,
    field: "id",
  });

/** The branch that is checked out where one stands; null outside of a repository and on no branch. */
function branchAt(cwd: string): string | null {
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    const git = gitDirectory(join(dir, ".git"));
    if (git !== null) return /^ref: refs\/heads\/(.+)$/m.exec(textAt(join(git, "HEAD")))?.[1]?.trim() ?? null;
    if (dirname(dir) === dir) return null;
  }
}

/** `.git` itself, or what the file of that name in a linked worktree points to. */
function gitDirectory(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return path;
  const pointer = found?.isFile() ? /^gitdir: (.+)$/m.exec(textAt(path))?.[1] : undefined;
  return pointer === undefined ? null : resolve(dirname(path), pointer.trim());
}

function textAt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
