/** Copies files that git ignores, and that `.worktreeinclude` names, from the user's directory into clones and checkouts. */
import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Provisions } from "../model/provisions.ts";
import { secretValues } from "../model/redact.ts";
import type { Repository } from "../model/repository.ts";

/** The file in a repository that names them, with the patterns of .gitignore. */
export const INCLUDE_FILE = ".worktreeinclude";

export interface Included {
  /** Those that a person has agreed to, from the top of the repository. */
  readonly paths: readonly string[];
  /** Those that nobody has agreed to: they are not copied. */
  readonly refused: readonly string[];
  /** What stands in `paths` like a value of a setting: it must be written nowhere. */
  readonly secrets: readonly string[];
}

/** For commits that name none. */
export const NONE_INCLUDED: Included = { paths: [], refused: [], secrets: [] };

const MAX_FILES = 100;
const MAX_BYTES = 1_000_000;
/** Names whose values are secret; what others have (localhost, development) stands in many files. */
const SECRET_NAME = /key|token|secret|passw|pwd|cred|auth|private|dsn|salt|signature|cookie/i;

/** The files that a commit's `.worktreeinclude` names and that are there now. `allowed`: the paths a person has agreed to. */
export async function findIncluded(
  repository: Pick<Repository, "root" | "readFile" | "ignoredPaths">,
  commit: string,
  allowed: readonly string[],
): Promise<Included> {
  const patterns = await repository.readFile(commit, INCLUDE_FILE);
  if (patterns === null) return NONE_INCLUDED;
  const there: string[] = [];
  const ignoredInClones = rulesAsCommitted(repository, commit);
  for (const path of await repository.ignoredPaths(patterns.toString("utf8"))) {
    if (!(await ignoredInClones(path))) continue;
    const facts = await lstat(join(repository.root, path)).catch(() => null);
    if (facts?.isFile() && facts.size <= MAX_BYTES && there.length < MAX_FILES) there.push(path);
  }
  const paths = there.filter((path) => allowed.includes(path));
  const texts = await Promise.all(paths.map((path) => readFile(join(repository.root, path), "utf8").catch(() => "")));
  return {
    paths,
    refused: there.filter((path) => !allowed.includes(path)),
    secrets: secretValues(texts.flatMap(valuesIn)),
  };
}

/**
 * In a clone only the commit's own .gitignore files count: those of the user must be the same for what they ignore to stay
 * so. Answers it for a path; each directory's file is looked at once.
 */
function rulesAsCommitted(
  { root, readFile: readCommitted }: Pick<Repository, "root" | "readFile">,
  commit: string,
): (path: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const compare = async (file: string): Promise<boolean> => {
    const [committed, mine] = await Promise.all([
      readCommitted(commit, file),
      readFile(join(root, file)).catch(() => null),
    ]);
    return committed === null || mine === null ? committed === mine : committed.equals(mine);
  };
  const same = (dir: string): Promise<boolean> => {
    const there = known.get(dir) ?? compare(join(dir, ".gitignore"));
    known.set(dir, there);
    return there;
  };
  return async (path) => {
    for (let dir = dirname(path); ; dir = dirname(dir)) {
      if (!(await same(dir))) return false;
      if (dir === ".") return true;
    }
  };
}

/** The secret ones of `NAME=value`, `name: value` and `"name": "value"`, and addresses with a password in them. */
const valuesIn = (text: string): readonly string[] =>
  text.split("\n").flatMap((line) => {
    const found = /^\s*(?:export\s+)?["']?([\w.-]+)["']?\s*[:=]\s*["']?(.*?)["']?,?\s*$/.exec(line);
    const [, name = "", value = ""] = found ?? [];
    const secret = SECRET_NAME.test(name) || /:\/\/[^/\s]*:[^/\s]*@/.test(value);
    return secret ? [value] : [];
  });

/** The same provisions, and these files beside what the setup makes. What a tree brings itself is not replaced. */
export const withIncluded = (provisions: Provisions, root: string, paths: readonly string[]): Provisions => ({
  ...provisions,
  async provide(tree, dir, signal) {
    await provisions.provide(tree, dir, signal);
    for (const path of paths) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await copyFile(join(root, path), join(dir, path), constants.COPYFILE_EXCL).catch(
        (error: NodeJS.ErrnoException) => {
          // It is gone by now, or the tree has one of its own.
          if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
        },
      );
    }
  },
});
