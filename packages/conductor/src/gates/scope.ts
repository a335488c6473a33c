/** Which paths a change may touch. Pure. */

import { matchesAny } from "../model/glob.ts";
import type { ChangedPath } from "../model/repository.ts";

export interface Scope {
  /** Globs; empty = everything that is not denied. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export interface OutOfScope {
  readonly path: string;
  readonly reason: string;
}

/** The changed paths that no task may land like this: denied or unlisted ones, submodules, new symlinks, git's own names. */
export function outOfScope(changed: readonly ChangedPath[], scope: Scope): readonly OutOfScope[] {
  return changed.flatMap((change) => {
    const reason = reasonAgainst(change, scope);
    return reason === null ? [] : [{ path: change.path, reason }];
  });
}

function reasonAgainst(change: ChangedPath, scope: Scope): string | null {
  const { path } = change;
  if (path.startsWith("/") || path.split("/").some((part) => part === ".." || part === "." || part === ""))
    return "the path leaves the repository";
  if (path.split("/").some((part) => /^(?:\.git|git~1)$/i.test(part))) return "the name belongs to git";
  if (change.newMode === "160000") return "it is a submodule";
  if (change.newMode === "120000" && change.oldMode !== "120000") return "it is a new symlink";
  if (matchesAny(scope.deny, path)) return "the task may not touch it";
  if (scope.allow.length > 0 && !matchesAny(scope.allow, path)) return "it is not among the files of the task";
  return null;
}
