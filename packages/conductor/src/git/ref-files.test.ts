import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refFiles, refIn } from "./ref-files.ts";

let dir: string;
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.invalid", ...args], {
    cwd: dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "refs-"));
  git("init", "--quiet", "--initial-branch=main");
  git("commit", "--quiet", "--allow-empty", "-m", "one");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("refIn", () => {
  it("says what git says: of a ref that is loose, packed, both, deep, and gone", () => {
    const one = git("rev-parse", "HEAD");
    git("update-ref", "refs/heads/a/b", one);
    expect([refIn(dir, "refs/heads/main"), refIn(dir, "refs/heads/a/b")]).toEqual([one, one]);
    git("pack-refs", "--all");
    expect([refIn(dir, "refs/heads/main"), refIn(dir, "refs/heads/a/b")]).toEqual([one, one]);
    git("commit", "--quiet", "--allow-empty", "-m", "two");
    expect(refIn(dir, "refs/heads/main")).toBe(git("rev-parse", "HEAD"));
    git("update-ref", "-d", "refs/heads/a/b");
    expect(refIn(dir, "refs/heads/a/b")).toBeNull();
    expect(refIn(dir, "refs/heads/ain")).toBeNull();
  });
});

describe("refFiles", () => {
  it("names every file that a ref may be in", () => {
    const texts = (): readonly string[] =>
      refFiles(dir, ["refs/heads/main"])!.map((path) => {
        try {
          return readFileSync(path, "utf8");
        } catch {
          return "";
        }
      });
    const loose = texts();
    git("pack-refs", "--all");
    const packed = texts();
    git("update-ref", "-d", "refs/heads/main");
    expect(new Set([loose, packed, texts()].map((one) => one.join())).size).toBe(3);
  });

  it("is not for a ref that names another one, nor for a linked worktree", () => {
    git("symbolic-ref", "refs/heads/alias", "refs/heads/main");
    expect(refFiles(dir, ["refs/heads/main", "refs/heads/alias"])).toBeNull();
    const linked = join(dir, "linked");
    git("worktree", "add", "--quiet", linked, "-b", "other");
    expect(refFiles(linked, ["refs/heads/main"])).toBeNull();
  });
});
