import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Workspace } from "../model/repository.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { snapshot } from "./snapshot.ts";
import { fingerprint, makeTestRepository, type TestRepository, writeFiles } from "./test-repository.ts";
import { prepareWorkspace, removeWorkspace } from "./workspace.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
let base: string;
const prepare = (dir = join(user.top, "work/1")): Promise<Workspace> =>
  prepareWorkspace({ repository, base, branch: "feature/TASK-001-x", dir });
const inside = (workspace: Workspace, ...args: readonly string[]): string =>
  execFileSync("git", args, {
    cwd: workspace.dir,
    env: { ...user.env, HOME: workspace.home },
    encoding: "utf8",
  }).trimEnd();
const files = async (treeish: string): Promise<readonly string[]> => repository.listFiles(treeish);

beforeEach(async () => {
  user = makeTestRepository();
  base = user.git("rev-parse", "HEAD");
  user.git("checkout", "-q", "-b", "private");
  user.commit({ "secret.txt": "not for the agent\n" });
  user.git("checkout", "-q", "main");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

describe("a workspace", () => {
  it("is a clone with the base's history only, on its own branch, without a remote, committing as the user", async () => {
    const workspace = await prepare();
    expect(inside(workspace, "status", "--porcelain", "--branch")).toBe("## feature/TASK-001-x");
    expect(inside(workspace, "rev-parse", "HEAD")).toBe(base);
    expect(inside(workspace, "remote")).toBe("");
    expect(inside(workspace, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/feature/TASK-001-x");
    expect(() => inside(workspace, "cat-file", "-e", user.git("rev-parse", "private"))).toThrow();
    expect(inside(workspace, "config", "user.email")).toBe("ada@example.org");
    expect(inside(workspace, "fsck", "--full")).toBe("");
    expect(readdirSync(workspace.home)).toEqual([]);
  });

  it("shares no file with the user's repository", async () => {
    const { dir } = await prepare();
    expect(existsSync(join(dir, ".git/objects/info/alternates"))).toBe(false);
    const walk = (path: string): void => {
      for (const name of readdirSync(path)) {
        const facts = lstatSync(join(path, name));
        if (facts.isDirectory()) walk(join(path, name));
        else expect(facts.nlink).toBe(1);
      }
    };
    walk(join(dir, ".git"));
  });

  it("leaves the user's files, index, HEAD and configuration byte for byte as they were", async () => {
    writeFiles(user.root, { "readme.md": "dirty\n", "untracked.txt": "mine\n" });
    user.git("add", "readme.md");
    const before = fingerprint(user.root);
    const workspace = await prepare();
    writeFiles(workspace.dir, { "new.txt": "x" });
    await snapshot({ repository, workspace });
    expect(fingerprint(user.root)).toEqual(before);
  });

  it("is not made inside the repository, over something, or under a name that git could misread", async () => {
    await expect(prepare(join(user.root, "work"))).rejects.toMatchObject({ code: "GIT_FAILED" });
    mkdirSync(join(user.top, "full"));
    writeFileSync(join(user.top, "full/x"), "x");
    await expect(prepare(join(user.top, "full"))).rejects.toMatchObject({ code: "GIT_FAILED" });
    expect(readFileSync(join(user.top, "full/x"), "utf8")).toBe("x");
    const dir = join(user.top, "work/2");
    for (const branch of ["-x", "a..b", "HEAD", "--upload-pack=touch x"])
      await expect(prepareWorkspace({ repository, base, branch, dir })).rejects.toMatchObject({ code: "GIT_FAILED" });
    await expect(prepareWorkspace({ repository, base: "0".repeat(40), branch: "x", dir })).rejects.toThrow();
    expect(existsSync(dir)).toBe(false);
  });
});

describe("a snapshot", () => {
  it("is the base's tree when nothing changed and holds untracked files but not ignored ones", async () => {
    const workspace = await prepare();
    expect((await snapshot({ repository, workspace }))?.tree).toBe(await repository.treeOf(base));
    writeFiles(workspace.dir, { ".gitignore": "dist/\n", "dist/out.js": "x", "new/file.txt": "y" });
    rmSync(join(workspace.dir, "readme.md"));
    const taken = await snapshot({ repository, workspace });
    expect(await files(taken!.tree)).toEqual([".gitignore", "new/file.txt", "src/a.ts"]);
    expect((await snapshot({ repository, workspace }))?.tree).toBe(taken!.tree);
  });

  it("sees a change of the same size within the same second", async () => {
    const workspace = await prepare();
    writeFiles(workspace.dir, { f: "one" });
    const one = await snapshot({ repository, workspace });
    writeFiles(workspace.dir, { f: "two" });
    expect((await snapshot({ repository, workspace }))?.tree).not.toBe(one?.tree);
  });

  it("keeps the files of repositories that were made inside it", async () => {
    const workspace = await prepare();
    for (const place of ["vendor/lib", "vendor/lib/deep", "empty"]) {
      mkdirSync(join(workspace.dir, place), { recursive: true });
      execFileSync("git", ["init", "-q", join(workspace.dir, place)], { env: user.env });
    }
    writeFiles(workspace.dir, { "vendor/lib/x.txt": "x", "vendor/lib/deep/y.txt": "y", "vendor/z.txt": "z" });
    const taken = await snapshot({ repository, workspace });
    expect(await files(taken!.tree)).toEqual([
      "readme.md",
      "src/a.ts",
      "vendor/lib/deep/y.txt",
      "vendor/lib/x.txt",
      "vendor/z.txt",
    ]);
    expect((await snapshot({ repository, workspace }))?.tree).toBe(taken!.tree);
  });

  it("stores a symbolic link as a link and passes over pipes", async () => {
    const workspace = await prepare();
    symlinkSync("/etc/passwd", join(workspace.dir, "link"));
    execFileSync("mkfifo", [join(workspace.dir, "pipe")]);
    const taken = await snapshot({ repository, workspace });
    expect(await files(taken!.tree)).toEqual(["link", "readme.md", "src/a.ts"]);
    expect((await repository.readFile(taken!.tree, "link"))?.toString()).toBe("/etc/passwd");
  });

  it("needs no .git in the workspace, and is null when the workspace is gone", async () => {
    const workspace = await prepare();
    rmSync(join(workspace.dir, ".git"), { recursive: true });
    writeFileSync(join(workspace.dir, ".git"), "gitdir: /nonexistent\n");
    expect((await snapshot({ repository, workspace }))?.tree).toBe(await repository.treeOf(base));
    rmSync(workspace.dir, { recursive: true });
    expect(await snapshot({ repository, workspace })).toBeNull();
    symlinkSync("/etc", workspace.dir);
    expect(await snapshot({ repository, workspace })).toBeNull();
  });
});

describe("removing a workspace", () => {
  it("deletes one whose files are the base's or those of a kept commit, and refuses any other", async () => {
    const clean = await prepare();
    expect(await removeWorkspace({ repository, workspace: clean, kept: null })).toEqual({ kind: "removed" });
    expect(existsSync(dirname(clean.dir))).toBe(false);
    expect(await removeWorkspace({ repository, workspace: clean, kept: null })).toEqual({ kind: "removed" });

    const dirty = await prepare();
    writeFiles(dirty.dir, { "new.txt": "x" });
    expect((await removeWorkspace({ repository, workspace: dirty, kept: null })).kind).toBe("unsaved");
    const tip = user.commit({ "other.txt": "x" });
    expect((await removeWorkspace({ repository, workspace: dirty, kept: tip })).kind).toBe("unsaved");
    expect(existsSync(join(dirty.dir, "new.txt"))).toBe(true);
    const same = user.git("commit-tree", "-m", "x", `${user.commit({ "new.txt": "x" })}^{tree}`);
    expect((await removeWorkspace({ repository, workspace: dirty, kept: same })).kind).toBe("unsaved");
  });

  it("deletes one that went back to the base after something of it was kept", async () => {
    const workspace = await prepare();
    const kept = user.commit({ "earlier.txt": "x" });
    expect(await removeWorkspace({ repository, workspace, kept })).toEqual({ kind: "removed" });
    expect(existsSync(workspace.dir)).toBe(false);
  });

  it("deletes files that the agent made read-only", async () => {
    const workspace = await prepare();
    writeFiles(workspace.dir, { ".gitignore": "locked/\n", "locked/x": "x" });
    chmodSync(join(workspace.dir, "locked"), 0o500);
    const kept = user.commit({ ".gitignore": "locked/\n" });
    expect((await removeWorkspace({ repository, workspace, kept })).kind).toBe("removed");
    expect(existsSync(workspace.dir)).toBe(false);
  });
});
