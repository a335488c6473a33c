/** Which branches are checked out, in the repository and in its linked worktrees. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fieldsOf, type Git } from "./git.ts";

/**
 * The fields of `git worktree list --porcelain -z`, asked of git again only when a HEAD, or the list of worktrees, is not the
 * very file that it was when git was asked last.
 */
export function watchWorktrees(
  git: Git,
  { gitDir, commonDir }: { readonly gitDir: string; readonly commonDir: string },
): () => Promise<readonly string[]> {
  let last: { readonly mark: string; readonly fields: readonly string[] } | null = null;
  return async () => {
    const mark = await markOf(commonDir);
    if (last !== null && mark !== null && last.mark === mark) return last.fields;
    const fields = fieldsOf(await git(["worktree", "list", "--porcelain", "-z"], { gitDir }));
    last = mark === null ? null : { mark, fields };
    return fields;
  };
}

/** Changes whenever one of these files is written: git writes each anew and renames it. null where refs are kept some other way. */
async function markOf(commonDir: string): Promise<string | null> {
  if ((await stat(join(commonDir, "reftable")).catch(() => null)) !== null) return null;
  const linked = await readdir(join(commonDir, "worktrees")).catch(() => []);
  const heads = [commonDir, ...linked.sort().map((name) => join(commonDir, "worktrees", name))];
  const marks = await Promise.all(
    heads.map(async (dir) => {
      const about = await stat(join(dir, "HEAD"), { bigint: true }).catch(() => null);
      return about === null ? `${dir} -` : `${dir} ${about.ino} ${about.size} ${about.mtimeNs} ${about.ctimeNs}`;
    }),
  );
  return marks.join("\n");
}
