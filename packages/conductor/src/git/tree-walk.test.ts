import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { farTrees } from "./far-trees.ts";
import { gitWith } from "./git.ts";
import { openReader } from "./object-reader.ts";
import { makeStartGit } from "./start-git.ts";
import { makeTestRepository, type TestRepository, writeFiles } from "./test-repository.ts";
import { type FarTrees, openTreeWalk, pathOf, type TreeWalk } from "./tree-walk.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let trees: TreeWalk;
let byGit: FarTrees;
let asked = 0;
const ask = <T>(answer: T): T => {
  asked += 1;
  return answer;
};
beforeEach(() => {
  user = makeTestRepository();
  const [start, gitDir] = [makeStartGit(user.env), join(user.root, ".git")];
  byGit = farTrees(gitWith(start), gitDir);
  asked = 0;
  const far: FarTrees = {
    below: async (...words) => ask(byGit.below(...words)),
    changes: async (...words) => ask(byGit.changes(...words)),
    at: async (...words) => ask(byGit.at(...words)),
  };
  trees = openTreeWalk(openReader(start, { gitDir }), 20, far, 1000);
});
afterEach(() => user.remove());

const treeOf = (commit: string): string => user.git("rev-parse", `${commit}^{tree}`);
/** Files and directories that change into one another, are moved, made executable, linked, and sort oddly. */
function twoCommits(): readonly [string, string] {
  const before = user.commit({
    "a.txt": "a",
    "a/inner/deep.txt": "deep",
    "a/same.txt": "same",
    "run.sh": "#!/bin/sh\n",
    "was-file": "file",
    "was-dir/one": "1",
    "was-dir/two": "2",
    "moved/from.txt": "the same words as before\n",
    "line\nbreak": "odd",
    "ü/é.txt": "accents",
    link: "soon a link",
  });
  for (const path of ["was-file", "was-dir", "moved", "link"])
    rmSync(join(user.root, path), { recursive: true, force: true });
  writeFiles(user.root, { "was-file/now": "dir", "was-dir": "file", "to/there.txt": "the same words as before\n" });
  chmodSync(join(user.root, "run.sh"), 0o755);
  symlinkSync("a.txt", join(user.root, "link"));
  const after = user.commit({
    "a/inner/deep.txt": "deeper",
    "a.txt": "A",
    "ü/é.txt": "accent",
    "line\nbreak": "odder",
  });
  return [before, after];
}

describe("a walk through trees", () => {
  it("finds the same changes as git diff-tree, in the same order", async () => {
    const [before, after] = twoCommits();
    expect(await byGit.changes(before, after)).toHaveLength(13);
    for (const [from, to] of [
      [before, after],
      [after, before],
    ] as const)
      expect(await trees.changes(treeOf(from), treeOf(to))).toEqual(await byGit.changes(from, to));
    expect(await trees.changes(treeOf(after), treeOf(after))).toEqual([]);
    expect(asked).toBe(0);
  });

  it("lists the same entries as git ls-tree, in the same order", async () => {
    const [, after] = twoCommits();
    expect(await trees.below(treeOf(after))).toEqual(await byGit.below(after));
    expect(asked).toBe(0);
  });

  it("takes a submodule for one entry", async () => {
    mkdirSync(join(user.root, "inner"));
    execFileSync("git", ["init", "-q"], { cwd: join(user.root, "inner"), env: user.env });
    execFileSync("git", ["commit", "-q", "--allow-empty", "-m", "x"], { cwd: join(user.root, "inner"), env: user.env });
    const commit = user.commit({});
    expect((await trees.below(treeOf(commit))).find((entry) => pathOf(entry) === "inner")?.mode).toBe("160000");
    expect(await trees.at(treeOf(commit), "inner/file")).toBeNull();
  });

  it("finds one path, and nothing where it only looks like one", async () => {
    const [before] = twoCommits();
    const tree = treeOf(before);
    expect((await trees.at(tree, "a/inner/deep.txt"))?.id).toBe(user.git("rev-parse", `${before}:a/inner/deep.txt`));
    expect((await trees.at(tree, "a"))?.mode).toBe("040000");
    for (const path of ["", "/a.txt", "a//same.txt", "a/", "./a.txt", "a/../a.txt", "a.txt/x", "A.txt", "none"])
      expect([path, await trees.at(tree, path)]).toEqual([path, null]);
  });

  it("leaves what is too large to git, however few trees name one another", async () => {
    const start = treeOf("HEAD");
    let tree = start;
    const mktree = (input: string): string =>
      execFileSync("git", ["mktree"], { cwd: user.root, env: user.env, input }).toString().trim();
    for (let level = 0; level < 3; level += 1)
      tree = mktree(Array.from({ length: 10 }, (_, n) => `040000 tree ${tree}\td${n}\n`).join(""));
    expect(await trees.below(tree)).toHaveLength(2_000);
    expect(await trees.changes(start, tree)).toHaveLength(2_002);
    expect(asked).toBe(2);
  });

  it("says when there is no such tree", async () => {
    await expect(trees.below("0".repeat(40))).rejects.toMatchObject({ code: "GIT_FAILED" });
    await expect(trees.below(user.git("rev-parse", "HEAD"))).rejects.toMatchObject({ code: "GIT_FAILED" });
  });
});
