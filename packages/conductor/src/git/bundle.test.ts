import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Workspace } from "../model/repository.ts";
import { detectConfinement } from "../sandbox/confinement.ts";
import { type Outcome, takeWork } from "./bundle.ts";
import { receiveBundle } from "./incoming.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { salvage } from "./salvage.ts";
import { snapshot } from "./snapshot.ts";
import { fingerprint, makeTestRepository, type TestRepository, writeFiles } from "./test-repository.ts";
import { prepareWorkspace, removeWorkspace } from "./workspace.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const stateDir = mkdtempSync(join(tmpdir(), "conductor-state-"));
const detected = await detectConfinement({ env: process.env, stateDir });
const { confinement } = detected;
const confined = detected.level === "full" || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!confined)
  process.stderr.write(`SKIPPED: no sandbox here, hostile workspaces are not tried: ${detected.problem}\n`);
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

let user: TestRepository;
let repository: UserRepository;
let workspace: Workspace;
let base: string;

beforeEach(async () => {
  user = makeTestRepository();
  base = user.git("rev-parse", "HEAD");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  workspace = await prepareWorkspace({ repository, base, branch: "feature/TASK-001", dir: join(user.top, "work/1") });
});
afterEach(() => user.remove());

const inside = (...args: readonly string[]): string =>
  execFileSync("git", args, { cwd: workspace.dir, env: user.env, encoding: "utf8", stdio: "pipe" }).trimEnd();
const commitInside = (files: Readonly<Record<string, string>>): string => {
  writeFiles(workspace.dir, files);
  inside("add", "-A");
  inside("commit", "-q", "--allow-empty", "-m", "feat: work");
  return inside("rev-parse", "HEAD");
};
const take = (
  more: { readonly autoCommit?: boolean; readonly n?: number; readonly limitBytes?: number } = {},
): Promise<Outcome> =>
  takeWork({
    repository,
    workspace,
    confinement,
    marker: "test/bundle",
    task: "TASK-001",
    n: 1,
    autoCommit: true,
    ...more,
  });

describe("taking work", () => {
  it("brings the branch's commits into a ref of conductor's and leaves everything of the user's as it was", async () => {
    writeFiles(user.root, { "readme.md": "dirty\n", "untracked.txt": "mine\n" });
    user.git("add", "readme.md");
    const before = fingerprint(user.root);
    const branches = user.git("for-each-ref", "refs/heads");
    commitInside({ "one.txt": "1" });
    const tip = commitInside({ "two.txt": "2" });
    const outcome = await take();
    expect(outcome).toEqual({
      kind: "work",
      commit: tip,
      tree: await repository.treeOf(tip),
      ref: "refs/conductor/work/TASK-001/1",
      leftovers: false,
      aside: [],
      unfinished: null,
    });
    expect(await repository.resolve("refs/conductor/work/TASK-001/1")).toBe(tip);
    expect(user.git("fsck", "--full", "--no-dangling")).toBe("");
    expect(fingerprint(user.root)).toEqual(before);
    expect(user.git("for-each-ref", "refs/heads")).toBe(branches);
    expect(await repository.refs("refs/")).toHaveLength(2);
    expect(readdirSync(join(user.top, "work/1")).sort()).toEqual(["home", "tmp", "tree"]);
  });

  it("moves the same ref on when the work goes on, and never over other work", async () => {
    commitInside({ "one.txt": "1" });
    await take();
    const second = commitInside({ "two.txt": "2" });
    expect(await take()).toMatchObject({ commit: second, ref: "refs/conductor/work/TASK-001/1" });
    expect(await take()).toMatchObject({ commit: second, ref: "refs/conductor/work/TASK-001/1" });
    inside("reset", "-q", "--hard", base);
    const other = commitInside({ "three.txt": "3" });
    expect(await take()).toMatchObject({ commit: other, ref: "refs/conductor/work/TASK-001/1.2" });
    expect(await repository.resolve("refs/conductor/work/TASK-001/1")).toBe(second);
  });

  it("commits what was left uncommitted on top, or only says so", async () => {
    const tip = commitInside({ "one.txt": "1", ".gitignore": "*.log\n" });
    writeFiles(workspace.dir, { "one.txt": "changed", "two.txt": "2", "x.log": "no" });
    expect(await take({ autoCommit: false })).toMatchObject({ kind: "work", commit: tip, leftovers: true });
    const outcome = await take();
    expect(outcome).toMatchObject({ kind: "work", leftovers: true });
    if (outcome.kind !== "work") return;
    expect(user.git("rev-parse", `${outcome.commit}^`)).toBe(tip);
    expect(await repository.listFiles(outcome.commit)).toEqual([
      ".gitignore",
      "one.txt",
      "readme.md",
      "src/a.ts",
      "two.txt",
    ]);
    expect(user.git("log", "-1", "--format=%an: %s", outcome.commit)).toBe(
      "Ada Lovelace: chore: what TASK-001 left uncommitted",
    );
  });

  it("keeps a file that is committed and ignored", async () => {
    writeFiles(workspace.dir, { ".gitignore": "*.log\n", "kept.log": "x" });
    inside("add", "-f", "kept.log");
    const tip = commitInside({});
    expect(await take()).toMatchObject({ kind: "work", commit: tip, leftovers: false });
  });

  it("says that there is no commit", async () => {
    expect(await take()).toEqual({ kind: "no-commit", leftovers: false, aside: [], unfinished: null });
    writeFiles(workspace.dir, { "one.txt": "1" });
    expect(await take({ autoCommit: false })).toEqual({
      kind: "no-commit",
      leftovers: true,
      aside: [],
      unfinished: null,
    });
    expect(await take()).toMatchObject({ kind: "work", leftovers: true });
  });

  it("recovers commits from another branch and from a detached HEAD, and names several candidates", async () => {
    inside("switch", "-q", "-c", "my-own-idea");
    const tip = commitInside({ "one.txt": "1" });
    expect(await take()).toMatchObject({ kind: "wrong-branch", branch: "refs/heads/my-own-idea", commit: tip });
    inside("switch", "-q", "feature/TASK-001");
    expect(await take({ n: 2 })).toMatchObject({ kind: "wrong-branch", branch: "refs/heads/my-own-idea", commit: tip });
    inside("switch", "-q", "--detach");
    const loose = commitInside({ "two.txt": "2" });
    expect(await take({ n: 3 })).toMatchObject({ kind: "wrong-branch", branch: "HEAD", commit: loose });
    inside("branch", "another", loose);
    inside("switch", "-q", "feature/TASK-001");
    expect(await take()).toMatchObject({ kind: "refused", reason: expect.stringContaining("another, my-own-idea") });
  });

  it("keeps what is on other branches and in the stash beside the work", async () => {
    inside("checkout", "-q", "-b", "experiment");
    const experiment = commitInside({ "experiment.txt": "e" });
    inside("checkout", "-q", "-b", "same", base);
    inside("checkout", "-q", "feature/TASK-001");
    writeFiles(workspace.dir, { "readme.md": "put aside\n" });
    inside("stash");
    writeFiles(workspace.dir, { "readme.md": "and again\n" });
    inside("stash");
    const stashes = inside("log", "--walk-reflogs", "--format=%H", "refs/stash").split("\n");
    const tip = commitInside({ "work.txt": "w" });
    const outcome = await take();
    expect(outcome).toMatchObject({ kind: "work", commit: tip });
    expect(outcome.aside.map(({ commit }) => commit).sort()).toEqual([experiment, ...stashes].sort());
    for (const { ref, commit } of outcome.aside) expect(user.git("rev-parse", ref)).toBe(commit);
    expect(await take()).toEqual(outcome);
    const wish = { repository, workspace, confinement, marker: "m", task: "TASK-001", n: 1 };
    expect(await salvage({ ...wish, kept: tip })).toEqual({ kind: "nothing", aside: outcome.aside, unfinished: null });
  });

  it("does not take rewritten history for work, but keeps it to look at", async () => {
    inside("commit", "-q", "--amend", "-m", "rewritten");
    inside("checkout", "-q", "--orphan", "fresh");
    inside("commit", "-q", "-m", "orphan");
    inside("branch", "-q", "-M", "feature/TASK-001");
    const outcome = await take();
    expect(outcome).toMatchObject({ kind: "rewritten", ref: "refs/conductor/salvage/TASK-001/1" });
    expect(await repository.refs("refs/conductor/work/")).toEqual([]);
  });

  it("refuses a bundle over the limit", async () => {
    commitInside({ "big.bin": Array.from({ length: 20_000 }, () => Math.random()).join() });
    expect(await take({ limitBytes: 10_000 })).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("10000"),
    });
    expect(await repository.refs("refs/conductor/")).toEqual([]);
  });

  it("refuses a task id that is no part of a ref name", async () => {
    commitInside({ "one.txt": "1" });
    await expect(
      takeWork({ repository, workspace, confinement, marker: "m", task: "../heads/main", n: 1, autoCommit: true }),
    ).rejects.toMatchObject({ code: "GIT_FAILED" });
  });

  it("has a named outcome when the clone, its .git or all its files are deleted", async () => {
    rmSync(join(workspace.dir, ".git"), { recursive: true });
    expect(await take()).toEqual({ kind: "no-commit", leftovers: false, aside: [], unfinished: null });
    writeFiles(workspace.dir, { "one.txt": "1" });
    expect(await take()).toMatchObject({ kind: "work", leftovers: true });
    for (const name of readdirSync(workspace.dir)) rmSync(join(workspace.dir, name), { recursive: true });
    expect(await take()).toMatchObject({ kind: "refused" });
    rmSync(workspace.dir, { recursive: true });
    expect(await take()).toMatchObject({ kind: "refused" });
  });
});

describe("salvage", () => {
  it("saves commits and uncommitted files, after which the workspace may go", async () => {
    const tip = commitInside({ "one.txt": "1" });
    writeFiles(workspace.dir, { "two.txt": "2" });
    expect((await removeWorkspace({ repository, workspace, kept: null })).kind).toBe("unsaved");
    const saved = await salvage({
      repository,
      workspace,
      confinement,
      marker: "m",
      task: "TASK-001",
      n: 1,
      kept: null,
    });
    expect(saved).toMatchObject({ kind: "saved", ref: "refs/conductor/salvage/TASK-001/1", why: null });
    if (saved.kind !== "saved") return;
    expect(await repository.isAncestor(tip, saved.commit)).toBe(true);
    expect(await repository.refs("refs/conductor/salvage/")).toEqual([{ name: saved.ref, commit: saved.commit }]);
    expect(await repository.refs("refs/conductor/salvage/TASK-002/")).toEqual([]);
    expect(await removeWorkspace({ repository, workspace, kept: saved.commit })).toEqual({ kind: "removed" });
  });

  it("saves the files alone when there is nothing to run git in, and nothing when nothing changed", async () => {
    const wish = { repository, workspace, confinement: null, marker: "m", task: "TASK-001", n: 1, kept: null };
    expect(await salvage(wish)).toEqual({ kind: "nothing", aside: [], unfinished: null });
    commitInside({ "one.txt": "1" });
    const saved = await salvage(wish);
    expect(saved).toMatchObject({ kind: "saved", why: expect.any(String) });
    if (saved.kind === "saved") expect(await repository.listFiles(saved.commit)).toContain("one.txt");
  });
});

describe("a hostile bundle", () => {
  const receive = (file: string, limitBytes = 1_000_000) =>
    receiveBundle({ repository, file, ref: "refs/heads/feature/TASK-001", limitBytes });
  const place = (): string => join(user.top, "work/1/tmp/x.bundle");

  it("is refused when it is a link, a directory, a pipe or something else than a bundle", async () => {
    commitInside({ "one.txt": "1" });
    const real = join(user.top, "real.bundle");
    inside("bundle", "create", "-q", real, "feature/TASK-001", `^${base}`);
    expect((await receive(real)).kind).toBe("received");
    symlinkSync(real, place());
    expect((await receive(place())).kind).toBe("refused");
    rmSync(place());
    mkdirSync(place());
    expect((await receive(place())).kind).toBe("refused");
    rmSync(place(), { recursive: true });
    execFileSync("mkfifo", [place()]);
    expect((await receive(place())).kind).toBe("refused");
    rmSync(place());
    writeFileSync(place(), "# v2 git bundle\nnonsense\n\nPACK");
    expect((await receive(place())).kind).toBe("refused");
    rmSync(place());
    expect((await receive(place())).kind).toBe("absent");
    expect((await receive(real, 10)).kind).toBe("refused");
  });

  it("is refused when it holds another ref, more refs, or a commit that its pack does not have", async () => {
    commitInside({ "one.txt": "1" });
    inside("branch", "main");
    inside("bundle", "create", "-q", place(), "main", "feature/TASK-001", `^${base}`);
    expect((await receive(place())).kind).toBe("refused");
    inside("bundle", "create", "-q", place(), "main", `^${base}`);
    expect((await receive(place())).kind).toBe("refused");
    const tip = inside("rev-parse", "HEAD");
    inside("bundle", "create", "-q", place(), "feature/TASK-001", `^${base}`);
    const bundle = execFileSync("cat", [place()]);
    const forged = Buffer.from(bundle.toString("latin1").replace(`${tip} refs`, `${"1".repeat(40)} refs`), "latin1");
    writeFileSync(place(), forged);
    expect((await receive(place())).kind).toBe("refused");
  });

  it("is refused when a tree in it has a .git of its own", async () => {
    const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], {
      cwd: workspace.dir,
      input: "x",
      env: user.env,
      encoding: "utf8",
    }).trim();
    const entry = Buffer.concat([Buffer.from("100644 .git\0"), Buffer.from(blob, "hex")]);
    const tree = execFileSync("git", ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], {
      cwd: workspace.dir,
      input: entry,
      env: user.env,
      encoding: "utf8",
    }).trim();
    inside("update-ref", "refs/heads/feature/TASK-001", inside("commit-tree", tree, "-p", base, "-m", "evil"));
    const outcome = await take();
    expect(outcome).toMatchObject({ kind: "refused" });
    expect(await repository.refs("refs/conductor/")).toEqual([]);
  });
});

describe("a bundle that is refused", () => {
  it("leaves none of its objects behind, and is not taken the next time either", async () => {
    const tip = commitInside({
      ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://x.invalid\n\tupdate = !evil\n',
    });
    inside("checkout", "-q", "-b", "beside");
    for (let time = 0; time < 2; time += 1) expect(await take()).toMatchObject({ kind: "refused", aside: [] });
    expect(() => user.git("cat-file", "-e", tip)).toThrow();
    const wish = { repository, workspace, confinement, marker: "m", task: "TASK-001", n: 1, kept: null };
    await expect(salvage(wish)).rejects.toMatchObject({ code: "GIT_FAILED" });
    expect(await repository.refs("refs/conductor/")).toEqual([]);
    expect(user.git("fsck", "--full", "--no-dangling")).toBe("");
    expect(readdirSync(join(repository.storeDir, "incoming"))).toEqual([]);
  });
});

describe.skipIf(!confined)("a hostile workspace (needs bubblewrap)", () => {
  let canary: string;
  const hidden = (): string => join(user.top, "canaries");
  const everything = async (): Promise<Outcome> => {
    await snapshot({ repository, workspace });
    const outcome = await take();
    await salvage({ repository, workspace, confinement, marker: "m", task: "TASK-001", n: 1, kept: null });
    if (outcome.kind === "work") {
      await repository.diff(base, outcome.commit, 100_000);
      await repository.mergeTrees(base, outcome.commit);
      const out = mkdtempSync(join(user.top, "out-"));
      await repository.checkout(outcome.tree, out);
    }
    return outcome;
  };
  beforeEach(() => {
    mkdirSync(hidden());
    canary = join(hidden(), "fired");
    writeFileSync(join(user.top, "evil.sh"), `#!/bin/sh\ntouch ${canary}\ncat\n`);
    chmodSync(join(user.top, "evil.sh"), 0o755);
  });

  /** Settings that make git run something; each leaves a canary of its own. */
  const plantSettings = (): void => {
    const evil = (name: string): string => `sh -c 'touch ${join(hidden(), name)}; cat' x`;
    const names = [
      ...["core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.external"],
      ...["diff.evil.textconv", "diff.evil.command", "merge.evil.driver", "gpg.program", "core.sshCommand"],
      ...["core.pager", "core.editor", "credential.helper", "uploadpack.packObjectsHook", "core.alternateRefsCommand"],
    ];
    for (const name of names) inside("config", name, evil(name));
    mkdirSync(join(user.top, "hooks"));
    for (const hook of ["pre-commit", "post-checkout", "reference-transaction", "post-index-change"])
      writeFileSync(join(user.top, "hooks", hook), `#!/bin/sh\ntouch ${hidden()}/${hook}\n`, { mode: 0o755 });
    inside("config", "core.hooksPath", join(user.top, "hooks"));
    inside("config", "commit.gpgSign", "true");
  };

  it("runs nothing on this side through any setting of the clone's, though ordinary git does", async () => {
    commitInside({ ".gitattributes": "* filter=evil diff=evil merge=evil\n", "one.txt": "1" });
    plantSettings();
    writeFiles(workspace.dir, { "two.txt": "2", "one.txt": "changed" });
    expect((await everything()).kind).toBe("work");
    expect(readdirSync(hidden())).toEqual([]);
    for (const args of [["status"], ["diff"], ["add", "-A"], ["update-ref", "refs/x", base]])
      spawnSync("git", args, { cwd: workspace.dir, env: user.env });
    expect(readdirSync(hidden()).length).toBeGreaterThanOrEqual(4);
  });

  it("runs nothing on this side through hooks in the clone, an included configuration or its own attributes", async () => {
    commitInside({ "one.txt": "1" });
    mkdirSync(join(workspace.dir, ".git/hooks"), { recursive: true });
    for (const hook of [
      "pre-commit",
      "post-checkout",
      "reference-transaction",
      "post-index-change",
      "fsmonitor-watchman",
    ])
      writeFileSync(join(workspace.dir, ".git/hooks", hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    writeFileSync(
      join(workspace.dir, "evil.config"),
      `[core]\n\tfsmonitor = "touch ${canary}"\n[filter "evil"]\n\tclean = touch ${canary}\n`,
    );
    inside("config", "include.path", "../evil.config");
    mkdirSync(join(workspace.dir, ".git/info"), { recursive: true });
    writeFileSync(join(workspace.dir, ".git/info/attributes"), "* filter=evil\n");
    expect((await everything()).kind).toBe("work");
    expect(existsSync(canary)).toBe(false);
  });

  it("does not follow a .git that points to another repository of the user's", async () => {
    const other = makeTestRepository();
    const secret = other.commit({ "secret.txt": "of another project" });
    rmSync(join(workspace.dir, ".git"), { recursive: true });
    symlinkSync(join(other.root, ".git"), join(workspace.dir, ".git"));
    await everything();
    rmSync(join(workspace.dir, ".git"));
    writeFileSync(join(workspace.dir, ".git"), `gitdir: ${other.root}/.git\n`);
    await everything();
    expect(() => user.git("cat-file", "-e", secret)).toThrow();
    expect(await repository.refs("refs/conductor/")).toEqual([]);
    other.remove();
  });

  it("does not reach foreign objects through commondir or alternates", async () => {
    const other = makeTestRepository();
    const secret = other.commit({ "secret.txt": "of another project" });
    writeFileSync(join(workspace.dir, ".git/objects/info/alternates"), `${other.root}/.git/objects\n`);
    writeFileSync(join(workspace.dir, ".git/refs/heads/feature/TASK-001"), `${secret}\n`);
    await everything();
    renameSync(join(workspace.dir, ".git/refs"), join(workspace.dir, ".git/refs-away"));
    writeFileSync(join(workspace.dir, ".git/commondir"), `${other.root}/.git\n`);
    await everything();
    expect(() => user.git("cat-file", "-e", secret)).toThrow();
    other.remove();
  });

  it("takes ext:: and submodule addresses in the work for plain text", async () => {
    commitInside({
      ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c 'touch ${canary}'\n`,
      "one.txt": "1",
    });
    await everything();
    expect(existsSync(canary)).toBe(false);
  });
});
