import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { locateStore } from "./locate.ts";
import { createStore } from "./open.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "locate-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (...parts: string[]) => join(root, ...parts);
const storeIn = async (...parts: string[]) => {
  await createStore(at(...parts), { prefix: "TASK" });
  return at(...parts);
};
const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd, stdio: "pipe" });
const locate = (cwd: string, more: { store?: string; env?: Record<string, string> } = {}) =>
  locateStore({ cwd, env: {}, ...more });

describe("locateStore", () => {
  it("finds the nearest store upwards", async () => {
    await storeIn(".taskwerk");
    const near = await storeIn("a", ".taskwerk");
    mkdirSync(at("a", "b", "c"), { recursive: true });
    expect(locate(at("a", "b", "c"))).toBe(near);
  });

  it("lets --store go before TASKWERK_DIR, and that before what lies around", async () => {
    await storeIn(".taskwerk");
    const [one, two] = [await storeIn("one"), await storeIn("two")];
    expect(locate(root, { store: "one", env: { TASKWERK_DIR: two } })).toBe(one);
    expect(locate(root, { env: { TASKWERK_DIR: two } })).toBe(two);
  });

  it("says so when a named directory is no store, and where one is", async () => {
    await storeIn("p", ".taskwerk");
    expect(() => locate(root, { store: "p" })).toThrow(/There is one in .*p\/\.taskwerk/);
    expect(() => locate(at("p"), { env: { TASKWERK_DIR: "nowhere" } })).toThrow(/TASKWERK_DIR/);
  });

  it("takes the main worktree's store from a linked one", async () => {
    mkdirSync(at("main"));
    git(at("main"), "init", "-q");
    git(at("main"), "commit", "-q", "--allow-empty", "-m", "x");
    git(at("main"), "worktree", "add", "-q", at("linked"));
    const store = await storeIn("main", ".taskwerk");
    expect(locate(at("linked"))).toBe(store);
  });

  it("does not follow a .git file that the repository it names knows nothing of", async () => {
    mkdirSync(at("main"));
    git(at("main"), "init", "-q");
    git(at("main"), "commit", "-q", "--allow-empty", "-m", "x");
    git(at("main"), "worktree", "add", "-q", at("linked"));
    await storeIn("main", ".taskwerk");
    mkdirSync(at("stranger"));
    writeFileSync(at("stranger", ".git"), `gitdir: ${at("main", ".git", "worktrees", "linked")}\n`);
    expect(() => locate(at("stranger"))).toThrow(expect.objectContaining({ code: "STORE_NOT_FOUND" }));
  });

  it("says STORE_NOT_FOUND where there is none", () => {
    expect(() => locate(root)).toThrow(expect.objectContaining({ code: "STORE_NOT_FOUND" }));
  });
});
