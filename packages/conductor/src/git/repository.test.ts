import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "./repository.ts";
import { fingerprint, makeTestRepository, type TestRepository, writeFiles } from "./test-repository.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
const open = (root = user.root): Promise<UserRepository> =>
  openRepository(root, { env: user.env, storeDir: join(user.top, "store") });

beforeEach(async () => {
  user = makeTestRepository();
  repository = await open();
});
afterEach(() => user.remove());

describe("opening", () => {
  it("finds the repository from a directory inside it and commits as the user", async () => {
    const inner = await open(join(user.root, "src"));
    expect(inner.root).toBe(user.root);
    expect(inner.gitDir).toBe(join(user.root, ".git"));
    expect(inner.identity).toEqual({ name: "Ada Lovelace", email: "ada@example.org" });
    expect(inner.head).toBe("refs/heads/main");
  });

  it("commits as conductor when the user's git knows no name", async () => {
    writeFileSync(join(user.env.HOME!, ".gitconfig"), "");
    expect((await open()).identity.name).toBe("conductor");
  });

  it("works from a linked worktree and from a detached HEAD", async () => {
    const linked = join(user.top, "linked");
    user.git("worktree", "add", "-q", "--detach", linked);
    const opened = await open(linked);
    expect(opened.root).toBe(linked);
    expect(opened.gitDir).toBe(join(user.root, ".git"));
    expect(opened.head).toBeNull();
    expect(await opened.resolve("HEAD")).toBe(user.git("rev-parse", "main"));
  });

  it("says what is wrong with a directory, a bare, an empty and a shallow repository", async () => {
    await expect(open(user.top)).rejects.toMatchObject({ code: "GIT_NOT_A_REPOSITORY" });
    const at = (name: string): string => join(user.top, name);
    const git = (...args: readonly string[]): unknown => execFileSync("git", args, { env: user.env, stdio: "pipe" });
    git("init", "-q", "--bare", at("bare"));
    await expect(open(at("bare"))).rejects.toMatchObject({ code: "GIT_NOT_A_REPOSITORY" });
    git("init", "-q", at("empty"));
    await expect(open(at("empty"))).rejects.toMatchObject({ code: "GIT_NO_COMMITS" });
    user.commit({ b: "2" });
    git("clone", "-q", "--depth", "1", `file://${user.root}`, at("shallow"));
    await expect(open(at("shallow"))).rejects.toMatchObject({ code: "GIT_FAILED", hint: "git fetch --unshallow" });
  });
});

describe("objects", () => {
  it("reads trees, files and differences", async () => {
    const one = user.git("rev-parse", "HEAD");
    writeFiles(user.root, { "new\nline ü.txt": "x\n" });
    user.git("rm", "-q", "readme.md");
    const two = user.commit({ "src/a.ts": "export const a = 2;\n" });
    expect(await repository.listFiles(two)).toEqual(["new\nline ü.txt", "src/a.ts"]);
    expect(await repository.changedPaths(one, two)).toEqual([
      { path: "new\nline ü.txt", status: "added", oldMode: "000000", newMode: "100644" },
      { path: "readme.md", status: "deleted", oldMode: "100644", newMode: "000000" },
      { path: "src/a.ts", status: "modified", oldMode: "100644", newMode: "100644" },
    ]);
    expect((await repository.readFile(two, "src/a.ts"))?.toString()).toBe("export const a = 2;\n");
    expect(await repository.readFile(two, "src")).toBeNull();
    expect(await repository.readFile(two, "readme.md")).toBeNull();
    expect(await repository.diff(one, two, 100_000)).toContain("+export const a = 2;");
    expect(Buffer.byteLength(await repository.diff(one, two, 50))).toBeLessThanOrEqual(50);
    expect(await repository.isAncestor(one, two)).toBe(true);
    expect(await repository.isAncestor(two, one)).toBe(false);
  });

  it("resolves branches and ids, and nothing that is a flag, a search or a reflog entry", async () => {
    const tip = user.git("rev-parse", "HEAD");
    expect(await repository.resolve("main")).toBe(tip);
    expect(await repository.resolve("refs/heads/main")).toBe(tip);
    for (const name of ["nothing", "", "--all", "@{-1}", ":/begin", "main..main", "main:readme.md", "a\nb"])
      expect(await repository.resolve(name)).toBeNull();
  });

  it("lays some files of one commit over another, and takes out those that are not there", async () => {
    const base = user.commit({ "gone.test.js": "old\n", "a.test.js": "old\n" });
    user.git("rm", "-q", "gone.test.js");
    const work = user.commit({ "a.test.js": "new\n", "b.test.js": "new\n", "src/a.ts": "changed\n" });
    const tree = await repository.overlay(base, work, ["a.test.js", "b.test.js", "gone.test.js"]);
    expect(await repository.listFiles(tree)).toEqual(["a.test.js", "b.test.js", "readme.md", "src/a.ts"]);
    expect(String(await repository.readFile(tree, "a.test.js"))).toBe("new\n");
    expect(String(await repository.readFile(tree, "src/a.ts"))).toBe("export const a = 1;\n");
  });

  it("merges in memory and names the paths of a conflict", async () => {
    const base = user.git("rev-parse", "HEAD");
    const ours = user.commit({ "src/a.ts": "ours\n", "b.ts": "b\n" });
    user.git("reset", "-q", "--hard", base);
    const theirs = user.commit({ "c.ts": "c\n" });
    const merged = await repository.mergeTrees(ours, theirs);
    expect(merged.kind).toBe("clean");
    if (merged.kind === "clean")
      expect(await repository.listFiles(merged.tree)).toEqual(["b.ts", "c.ts", "readme.md", "src/a.ts"]);
    const clash = user.commit({ "src/a.ts": "theirs\n" });
    expect(await repository.mergeTrees(ours, clash)).toEqual({ kind: "conflict", paths: ["src/a.ts"] });
  });

  it("commits a tree as the user", async () => {
    const tip = user.git("rev-parse", "HEAD");
    const tree = await repository.treeOf(tip);
    const commit = await repository.commitTree({ tree, parents: [tip], message: "fix: it\n\nTask: T-1\n" });
    expect(user.git("log", "-1", "--format=%an <%ae>|%P|%B", commit)).toBe(
      `Ada Lovelace <ada@example.org>|${tip}|fix: it\n\nTask: T-1`,
    );
  });
});

describe("refs", () => {
  it("moves a ref by compare-and-swap and says who was first", async () => {
    const one = user.git("rev-parse", "HEAD");
    const two = user.commit({ b: "2" });
    const ref = "refs/heads/conductor/main";
    expect(await repository.updateRef(ref, one, null)).toEqual({ kind: "moved" });
    expect(await repository.updateRef(ref, two, null)).toEqual({ kind: "stale", actual: one });
    expect(await repository.updateRef(ref, two, one)).toEqual({ kind: "moved" });
    expect(await repository.updateRef(ref, one, one)).toEqual({ kind: "stale", actual: two });
    expect(await repository.updateRef("refs/conductor/none", two, one)).toEqual({ kind: "stale", actual: null });
    expect(await repository.refs("refs/heads/conductor/")).toEqual([{ name: ref, commit: two }]);
  });

  it("lets exactly one of many racing writers win", async () => {
    const tip = user.git("rev-parse", "HEAD");
    const tree = await repository.treeOf(tip);
    const commits = await Promise.all(
      Array.from({ length: 8 }, (_, k) => repository.commitTree({ tree, parents: [tip], message: `race ${k}` })),
    );
    const ref = "refs/heads/conductor/main";
    await repository.updateRef(ref, tip, null);
    const updates = await Promise.all(commits.map((commit) => repository.updateRef(ref, commit, tip)));
    expect(updates.filter((update) => update.kind === "moved")).toHaveLength(1);
  });

  it("refuses a ref that is not conductor's, an ill-formed one and one that is checked out", async () => {
    const tip = user.git("rev-parse", "HEAD");
    for (const ref of ["refs/heads/main", "HEAD", "refs/conductor/../heads/main", "refs/heads/conductor/a b"])
      await expect(repository.updateRef(ref, tip, null)).rejects.toMatchObject({ code: "FORBIDDEN" });
    user.git("branch", "conductor/main");
    user.git("worktree", "add", "-q", join(user.top, "linked"), "conductor/main");
    const next = user.commit({ b: "2" });
    await expect(repository.updateRef("refs/heads/conductor/main", next, tip)).rejects.toThrow(
      /checked out in .*linked/,
    );
  });

  it("does not follow a symbolic ref to the user's branch", async () => {
    const tip = user.git("rev-parse", "HEAD");
    user.git("symbolic-ref", "refs/heads/conductor/main", "refs/heads/main");
    const tree = await repository.treeOf(tip);
    const next = await repository.commitTree({ tree, parents: [tip], message: "x" });
    await repository.updateRef("refs/heads/conductor/main", next, tip).catch(() => undefined);
    expect(user.git("rev-parse", "refs/heads/main")).toBe(tip);
  });

  it("tells which commits no ref holds, and which are not there at all", async () => {
    const held = user.git("rev-parse", "main");
    const tree = await repository.treeOf(held);
    const loose = await repository.commitTree({ tree, parents: [held], message: "loose" });
    const above = await repository.commitTree({ tree, parents: [loose], message: "above" });
    const missing = "1".repeat(40);
    expect(await repository.unreached([above, held, missing, loose])).toEqual([above, missing, loose]);
    await repository.updateRef("refs/conductor/salvage/TASK-001/1", above, null);
    expect(await repository.unreached([above, held, missing, loose])).toEqual([missing]);
    expect(await repository.unreached([])).toEqual([]);
    expect(await repository.unreached([above, held, missing, loose, "main"], loose)).toEqual([above, missing, "main"]);
    expect(await repository.treesOf([above, missing, held, tree, "main", above])).toEqual(
      new Map([
        [above, tree],
        [held, tree],
      ]),
    );
  });

  it("says what is in the way of a ref", async () => {
    user.git("branch", "conductor");
    await expect(
      repository.updateRef("refs/heads/conductor/main", user.git("rev-parse", "HEAD"), null),
    ).rejects.toMatchObject({ code: "GIT_FAILED" });
  });
});

describe("checkout", () => {
  const empty = (): string => mkdtempSync(join(user.top, "out-"));

  it("writes the files of a tree without a .git and leaves everything of the user's as it was", async () => {
    writeFiles(user.root, { "readme.md": "dirty\n", "untracked.txt": "mine\n" });
    const before = fingerprint(user.root);
    const dir = empty();
    await repository.checkout(await repository.treeOf(user.git("rev-parse", "HEAD")), dir);
    expect(readFileSync(join(dir, "readme.md"), "utf8")).toBe("hello\n");
    expect(existsSync(join(dir, ".git"))).toBe(false);
    expect(fingerprint(user.root)).toEqual(before);
    await expect(repository.checkout("HEAD^{tree}", dir)).rejects.toMatchObject({ code: "GIT_FAILED" });
  });

  it("keeps links that stay inside and refuses the tree when one leads out", async () => {
    symlinkSync("src/a.ts", join(user.root, "inside"));
    const good = user.commit({});
    const dir = empty();
    await repository.checkout(await repository.treeOf(good), dir);
    expect(readFileSync(join(dir, "inside"), "utf8")).toBe("export const a = 1;\n");
    symlinkSync("../../../etc/passwd", join(user.root, "src/outside"));
    const bad = user.commit({});
    const other = empty();
    await expect(repository.checkout(await repository.treeOf(bad), other)).rejects.toThrow(/src\/outside/);
    expect(existsSync(join(other, "readme.md"))).toBe(false);
  });

  it("runs no filter that the user's configuration names", async () => {
    const canary = join(user.top, "canary");
    user.git("config", "filter.evil.smudge", `touch ${canary}`);
    user.git("config", "merge.evil.driver", `touch ${canary}`);
    user.git("config", "diff.evil.textconv", `touch ${canary}`);
    mkdirSync(join(user.root, ".git/hooks"), { recursive: true });
    for (const hook of ["reference-transaction", "post-checkout"])
      writeFileSync(join(user.root, ".git/hooks", hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    const base = user.git("rev-parse", "HEAD");
    writeFiles(user.root, { ".gitattributes": "* filter=evil merge=evil diff=evil\n", "src/a.ts": "ours\n" });
    const git = (...args: readonly string[]): string =>
      user.git("-c", "core.hooksPath=/dev/null", "-c", "filter.evil.smudge=cat", ...args);
    git("add", "-A");
    git("commit", "-q", "-m", "evil");
    const tip = git("rev-parse", "HEAD");
    await repository.checkout(await repository.treeOf(tip), empty());
    await repository.diff(base, tip, 10_000);
    await repository.mergeTrees(tip, base);
    await repository.updateRef("refs/conductor/x", tip, null);
    expect(existsSync(canary)).toBe(false);
  });
});
