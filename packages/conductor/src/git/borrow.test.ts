import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inWorkspace } from "../agents/in-workspace.ts";
import type { CommandResult } from "../model/command.ts";
import type { Workspace } from "../model/repository.ts";
import { detectConfinement } from "../sandbox/confinement.ts";
import { whyNotBorrowed } from "./borrow.ts";
import { takeWork } from "./bundle.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { makeTestRepository, type TestRepository, writeFiles } from "./test-repository.ts";
import { discardWorkspace, prepareWorkspace, removeWorkspace, workspaceIn } from "./workspace.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const stateDir = mkdtempSync(join(tmpdir(), "conductor-state-"));
const { confinement, level, problem } = await detectConfinement({ env: process.env, stateDir });
const confined = level === "full" || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!confined) process.stderr.write(`SKIPPED: no sandbox here, borrowed objects are not attacked: ${problem}\n`);
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

let user: TestRepository;
let repository: UserRepository;
let base: string;
let objects: string;

beforeEach(async () => {
  user = makeTestRepository();
  base = user.commit({ "big.txt": "line\n".repeat(10_000) });
  user.git("repack", "-a", "-d", "-q");
  // Loose ones too.
  base = user.commit({ "more.txt": "more\n" });
  objects = join(user.root, ".git/objects");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

const top = (): string => join(user.top, "work/1");
const prepare = (): Promise<Workspace> =>
  prepareWorkspace({ repository, base, branch: "feature/TASK-001", dir: top(), share: true });
const inside = (workspace: Workspace, script: string): Promise<CommandResult> =>
  confinement.run({
    ...inWorkspace(workspace),
    argv: ["/bin/bash", "-c", script],
    network: "none",
    timeoutMs: 30_000,
    outputLimitBytes: 100_000,
    marker: "test/borrow",
  });
const take = (workspace: Workspace) =>
  takeWork({ repository, workspace, confinement, marker: "test/borrow", task: "TASK-001", n: 1, autoCommit: true });
const COMMIT = 'echo new > new.txt && git add -A && git commit -qm "feat: new"';
const holds = (): string => user.git("for-each-ref", "--format=%(objectname)", "refs/conductor/clones/");
/** Every file of the user's objects: what it holds and who may write it. */
const photograph = (): ReadonlyMap<string, string> =>
  new Map(
    (readdirSync(objects, { recursive: true }) as string[])
      .map((path) => join(objects, path))
      .filter((path) => statSync(path).isFile())
      .map((path) => [path, `${statSync(path).mode} ${readFileSync(path).toString("latin1")}`]),
  );

describe("a clone that borrows", () => {
  it("holds no object of the user's, and what it begins from is held for as long as there is the clone", async () => {
    const before = photograph();
    const workspace = await prepare();
    expect(workspace.borrows).toBe(objects);
    expect(user.git("-C", workspace.dir, "count-objects", "-v")).toMatch(/^count: 0\n(.*\n)*size-pack: 0$/m);
    expect(user.git("-C", workspace.dir, "status", "--porcelain", "--branch")).toBe("## feature/TASK-001");
    expect(readFileSync(join(workspace.dir, "more.txt"), "utf8")).toBe("more\n");
    expect(photograph()).toEqual(before);
    expect(holds()).toBe(base);
    // A conductor that comes later finds it as it was made.
    const { branch } = workspace;
    expect(await workspaceIn(repository, top(), { branch, base })).toEqual(workspace);
    expect(await removeWorkspace({ repository, workspace, kept: null })).toEqual({ kind: "removed" });
    expect(existsSync(top())).toBe(false);
    expect(holds()).toBe("");
  });

  it("is held apart from one that is called the same in another place, and may be gone already", async () => {
    await prepare();
    const other = join(user.top, "elsewhere/1");
    await prepareWorkspace({ repository, base, branch: "feature/TASK-001", dir: other, share: true });
    expect(holds().split("\n")).toEqual([base, base]);
    await discardWorkspace(repository, other);
    expect(holds()).toBe(base);
    user.git("update-ref", "-d", user.git("for-each-ref", "--format=%(refname)", "refs/conductor/clones/"));
    await discardWorkspace(repository, top());
    await discardWorkspace(repository, top());
    expect(existsSync(top())).toBe(false);
  });

  it("leaves nothing when it could not be made", async () => {
    const wish = { repository, base: "1".repeat(40), branch: "x", dir: top(), share: true };
    await expect(prepareWorkspace(wish)).rejects.toMatchObject({ code: "GIT_FAILED" });
    expect(existsSync(top())).toBe(false);
    expect(holds()).toBe("");
  });

  it("has a copy all the same where the objects are not all in one place", async () => {
    expect(await whyNotBorrowed(objects)).toBeNull();
    const [pack] = readdirSync(join(objects, "pack")).filter((name) => name.endsWith(".pack"));
    const away = join(user.top, "away.pack");
    renameSync(join(objects, "pack", pack!), away);
    symlinkSync(away, join(objects, "pack", pack!));
    expect(await whyNotBorrowed(objects)).toContain("is a symbolic link");
    const linked = await prepare();
    expect(linked.borrows).toBeNull();
    expect(existsSync(join(linked.dir, ".git/objects/info/alternates"))).toBe(false);
    await discardWorkspace(repository, top());

    const other = makeTestRepository();
    try {
      writeFileSync(join(objects, "info/alternates"), `${other.root}/.git/objects\n`);
      expect(await whyNotBorrowed(objects)).toContain("borrows objects from another");
      const workspace = await prepare();
      expect(workspace.borrows).toBeNull();
      expect(user.git("-C", workspace.dir, "fsck", "--full")).toBe("");
      expect(holds()).toBe("");
    } finally {
      other.remove();
    }
  });
});

describe.skipIf(!confined)("a confined command in a clone that borrows", () => {
  it("works with the whole history, and only what is new comes out", async () => {
    const workspace = await prepare();
    const ran = await inside(
      workspace,
      `git fsck --full && git log --format=%s && git blame -s big.txt | wc -l && ${COMMIT}`,
    );
    expect(ran.end, ran.stderr).toEqual({ kind: "exited", code: 0 });
    expect(ran.stdout).toContain("feat: begin");
    const bundle = await inside(workspace, `git bundle create --quiet - feature/TASK-001 ^${base} | wc -c`);
    expect(Number(bundle.stdout)).toBeLessThan(2000);
    const before = [...photograph().keys()];
    const outcome = await take(workspace);
    expect(outcome).toMatchObject({ kind: "work", leftovers: false, aside: [] });
    expect(user.git("show", "--stat=80", "--format=%P", "refs/conductor/work/TASK-001/1")).toMatch(
      new RegExp(`^${base}\\n\\n new.txt \\| 1 \\+\\n 1 file changed`),
    );
    expect([...photograph().keys()].filter((path) => !before.includes(path)).map((path) => dirname(path))).toEqual(
      expect.arrayContaining([join(objects, "pack")]),
    );
    expect(user.git("fsck", "--full", "--no-dangling")).toBe("");
  });

  it("keeps an object of its own of what the user's repository has, but may throw away", async () => {
    const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], {
      cwd: user.root,
      env: user.env,
      input: "new\n",
      encoding: "utf8",
    }).trim();
    const workspace = await prepare();
    await inside(workspace, COMMIT);
    user.git("gc", "--quiet", "--prune=now");
    expect(() => user.git("cat-file", "-e", blob)).toThrow();
    expect(await take(workspace)).toMatchObject({ kind: "work" });
    expect(user.git("cat-file", "-p", blob)).toBe("new");
  });

  it("goes on while the user packs, prunes and gives up every branch that led to its base", async () => {
    const workspace = await prepare();
    const first = await inside(workspace, `${COMMIT}; git stash list`);
    expect(first.end).toEqual({ kind: "exited", code: 0 });
    user.git("checkout", "-q", "--orphan", "fresh");
    user.git("commit", "-q", "-m", "feat: afresh");
    user.git("branch", "-D", "main");
    user.git("reflog", "expire", "--expire=now", "--all");
    user.git("gc", "--quiet", "--prune=now", "--aggressive");
    const again = await inside(
      workspace,
      'git fsck --full && echo two > two.txt && git add -A && git commit -qm "feat: two"',
    );
    expect(again.end, again.stderr).toEqual({ kind: "exited", code: 0 });
    const outcome = await take(workspace);
    expect(outcome).toMatchObject({ kind: "work" });
    expect(user.git("log", "--format=%s", "refs/conductor/work/TASK-001/1").split("\n").slice(0, 2)).toEqual([
      "feat: two",
      "feat: new",
    ]);
  });

  it("can neither write, change, delete nor link what it reads", async () => {
    const workspace = await prepare();
    const before = photograph();
    const ran = await inside(
      workspace,
      `o=$(cat .git/objects/info/alternates); f=$(find "$o" -type f -path '*/??/*' | head -1); p=$(ls "$o"/pack/*.pack)
try() { if (eval "$2") 2>/dev/null; then echo "open $1"; else echo "closed $1"; fi; }
try write 'touch $o/written || : > $o/info/alternates || mkdir $o/zz || : > $o/pack/pack-x.pack'
try change 'chmod u+w $f || printf x >> $f || truncate -s 0 $f || cp /bin/sh $f || chmod u+w $p || printf x >> $p'
try delete 'rm -f $f || rm -rf $o/pack || mv $f $f.away || rmdir $o/info'
try time 'touch $f || touch $p'
try link 'ln $f here || ln $p here || ln $f .git/objects/here'
try through-git 'git gc --prune=now -q; git -C . prune --expire=now; git --git-dir=$(dirname $o) hash-object -w new.txt || GIT_OBJECT_DIRECTORY=$o git hash-object -w -t blob --stdin <<< x'
try remount 'mount -o remount,rw $o || mount --bind /tmp $o || umount $o || unshare -Urm mount -o remount,rw $o'
try attribute 'chattr +i $f || setfattr -n user.x -v y $f || chown 1:1 $f'
try beside 'cat $o/../config || cat $o/../HEAD || ls $o/../refs || [ "$(ls -A $o/..)" != objects ] || [ "$(ls -A $o/../..)" != .git ]'
try exchange 'mv $o $o.away || mv $(dirname $o) /x || rmdir $(dirname $o)'
`,
    );
    expect(ran.stdout.split("\n").filter((line) => !/^closed [a-z-]+$/.test(line))).toEqual([""]);
    expect(ran.stdout.split("\n")).toHaveLength(11);
    expect(photograph()).toEqual(before);
    expect(user.git("fsck", "--full")).toBe("");
  });

  it("cannot write it from what its own git runs when it is asked for the work either", async () => {
    const workspace = await prepare();
    const harm = `rm -rf ${objects}/pack/* ${objects}/info; chmod -R u+w ${objects}; echo x > ${objects}/x`;
    const hook = `#!/bin/sh\necho ran >> "$TMPDIR/ran"\n(${harm}) 2>/dev/null\nexit 0\n`;
    await inside(workspace, `${COMMIT}; echo stashed >> new.txt; git stash -q`);
    writeFiles(workspace.dir, { ".git/hooks/reference-transaction": hook });
    chmodSync(join(workspace.dir, ".git/hooks/reference-transaction"), 0o755);
    const before = photograph();
    expect(await take(workspace)).toMatchObject({ kind: "work", aside: [expect.anything()] });
    expect(readFileSync(join(workspace.tmp, "ran"), "utf8")).toContain("ran");
    const after = photograph();
    expect([...before].filter(([path, held]) => after.get(path) !== held)).toEqual([]);
    expect(existsSync(join(objects, "x"))).toBe(false);
  });

  it("gets at no other repository, by whatever path it says that it borrows", async () => {
    const other = makeTestRepository();
    try {
      const secret = other.commit({ "secret.txt": "other-canary\n" });
      const workspace = await prepare();
      const there = `${other.root}/.git/objects`;
      for (const line of [there, `${objects}/../../../${there}`, `${objects}\n${there}`]) {
        writeFileSync(join(workspace.dir, ".git/objects/info/alternates"), `${line}\n`);
        const ran = await inside(workspace, `git cat-file -p ${secret}; ls ${other.root}; git log -p ${secret}; true`);
        expect(ran.stdout).toBe("");
        expect(ran.end).toEqual({ kind: "exited", code: 0 });
      }
      // What it names without having it does not come out either.
      const claim = `echo ${objects} > .git/objects/info/alternates; echo ${secret} > .git/refs/heads/feature/TASK-001`;
      await inside(workspace, claim);
      const outcome = await take(workspace);
      expect(outcome.kind).not.toBe("work");
      expect(() => user.git("cat-file", "-e", secret)).toThrow();
    } finally {
      other.remove();
    }
  });

  it("cannot have conductor read, in its clone, what it says that it borrows", async () => {
    const other = makeTestRepository();
    try {
      const secret = other.commit({ "secret.txt": "other-canary\n" });
      const workspace = await prepare();
      await inside(workspace, COMMIT);
      const info = join(workspace.dir, ".git/objects/info");
      writeFileSync(join(info, "alternates"), `${objects}\n${other.root}/.git/objects\n`);
      mkdirSync(join(workspace.dir, ".git/refs/heads/x"), { recursive: true });
      writeFileSync(join(workspace.dir, ".git/refs/heads/x/secret"), `${secret}\n`);
      expect(await take(workspace)).toMatchObject({ kind: "work", aside: [] });
      expect(() => user.git("cat-file", "-e", secret)).toThrow();
    } finally {
      other.remove();
    }
  });

  it("gives nothing that leads to what is missing, though a thin pack may rest on what it borrows", async () => {
    const workspace = await prepare();
    // A change to a large file travels as a difference from the borrowed one.
    await inside(workspace, 'echo last >> big.txt && git commit -qam "feat: last"');
    const file = join(workspace.dir, "out.bundle");
    await inside(workspace, `git bundle create --quiet out.bundle feature/TASK-001 ^${base}`);
    expect(statSync(file).size).toBeLessThan(2000);
    rmSync(file);
    expect(await take(workspace)).toMatchObject({ kind: "work" });
    expect(user.git("show", "refs/conductor/work/TASK-001/1:big.txt").split("\n")).toHaveLength(10_001);
    // The same base with a hole: a tree that is nowhere.
    const hole = await inside(
      workspace,
      `tree=$(printf '100644 blob ${"1".repeat(40)}\\thole.txt\\n' | git mktree --missing) && git reset -q --soft $(git commit-tree -p HEAD -m hole $tree)`,
    );
    expect(hole.end, hole.stderr).toEqual({ kind: "exited", code: 0 });
    const head = (await inside(workspace, "git rev-parse HEAD")).stdout.trim();
    // Its files are kept, and the commit is left.
    expect(await take(workspace)).toMatchObject({ kind: "work", leftovers: true });
    expect(() => user.git("cat-file", "-e", head)).toThrow();
    expect(user.git("fsck", "--full", "--no-dangling")).toBe("");
  });
});
