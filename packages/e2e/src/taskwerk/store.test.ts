import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { ended, programPath } from "../rig.ts";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();
/** Somebody else, where this is root. The root of a sandbox has nobody else to become. */
const OTHER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const hasOther = spawnSync("true", OTHER).status === 0 || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!hasOther) process.stderr.write("SKIPPED: there is nobody else here, so stores of others are not tried\n");

const list = (...args: readonly string[]): Promise<readonly Task[]> => at.rig.data("list", ...args);

describe("a store", () => {
  it("is made once, for its owner only, and found from below", async () => {
    const { rig } = at;
    expect((await stat(join(rig.dir, ".taskwerk"))).mode & 0o777).toBe(0o700);
    expect((await stat(join(rig.dir, ".taskwerk", "taskwerk.db"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(rig.dir, ".taskwerk", ".gitignore"), "utf8")).toContain("*");
    expect(await rig.data("init")).toMatchObject({ created: false });
    expect((await rig.taskwerk("where")).stdout.trim()).toBe(join(rig.dir, ".taskwerk"));
    expect((await rig.run("taskwerk", ["-C", "..", "--store", "work/.taskwerk", "where"])).stdout.trim()).toBe(
      join(rig.dir, ".taskwerk"),
    );
  });

  it("keeps its prefix, and says so to who asks for another", async () => {
    const again = await at.rig.run("taskwerk", ["init", "--prefix", "FOO", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ data: { created: false, prefix: "TASK" } });
    expect((await at.rig.taskwerk("init", "--prefix", "FOO")).stderr).toMatch(/^warning: .*begin with TASK/);
    expect((await at.rig.taskwerk("init")).stderr).toBe("");
  });

  it("is one for all worktrees of a repository", async () => {
    const { rig } = at;
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], {
        cwd: rig.dir,
        env: rig.env,
      });
    git("init", "-q");
    git("commit", "-q", "--allow-empty", "-m", "first");
    const linked = join(rig.dir, "..", "linked");
    git("worktree", "add", "-q", linked);
    const init = async (...args: readonly string[]) =>
      JSON.parse((await rig.run("taskwerk", ["init", "--json", ...args], { cwd: linked })).stdout).data;
    expect(await init()).toMatchObject({ created: false, store: join(rig.dir, ".taskwerk") });
    expect(await init("--here")).toMatchObject({ created: true, store: join(linked, ".taskwerk") });
    expect(await init()).toMatchObject({ created: false, store: join(linked, ".taskwerk") });
  });

  it("leaves git's status clean, and lets its configuration through", async () => {
    const { rig } = at;
    const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: rig.dir, env: rig.env }).toString();
    git("init", "-q");
    expect(git("status", "--short")).toBe("");
    await writeFile(join(rig.dir, ".taskwerk", "config.yml"), "");
    expect(git("status", "--short", "-uall")).toBe("?? .taskwerk/config.yml\n");
  });

  it("is what it was before, or init says what is wrong with it", async () => {
    const { rig } = at;
    await rig.data("add", "one");
    const file = join(rig.dir, ".taskwerk", "taskwerk.db");
    const whole = await readFile(file);
    await writeFile(file, Buffer.concat([whole.subarray(0, 8192), Buffer.alloc(2000, 7), whole.subarray(10_192)]));
    expect(await rig.failure("init")).toMatchObject({ code: "STORE_CORRUPT", exit: 5 });
    for (const name of await readdir(join(rig.dir, ".taskwerk"))) {
      if (/-(wal|shm)$/.test(name)) await rm(join(rig.dir, ".taskwerk", name));
    }
    await truncate(file, 0);
    for (const args of [["add", "two"], ["list"]]) {
      const failed = await rig.failure(...args);
      expect(failed).toMatchObject({ code: "STORE_CORRUPT", exit: 5 });
      expect(failed.hint).toContain("taskwerk init");
    }
    const { stderr, code } = await rig.taskwerk("init");
    expect({ stderr, code }).toMatchObject({ code: 0, stderr: expect.stringMatching(/^warning: .*empty/) });
    expect(await rig.taskwerk("init")).toMatchObject({ code: 0, stderr: "" });
    expect((await rig.data<TaskWrite>("add", "new")).changed[0]!.id).toBe("TASK-001");
  });

  /** As somebody else, where this is root: root may do anything. */
  const asOther = async (...args: readonly string[]) => {
    const { rig } = at;
    await chmod(join(rig.dir, ".."), 0o755);
    const words = [programPath("taskwerk"), ...args];
    return ended(spawn(process.execPath, words, { cwd: rig.dir, env: rig.env, ...OTHER }));
  };

  it.skipIf(!hasOther)("is read where nothing can be written, and says so to who would write", async () => {
    const { rig } = at;
    await rig.data("add", "one");
    const shut = join(rig.dir, "shut");
    await cp(join(rig.dir, ".taskwerk"), shut, { recursive: true });
    for (const name of await readdir(shut)) await chmod(join(shut, name), 0o444);
    await chmod(shut, 0o555);
    for (const args of [["list"], ["show", "1"], ["status"], ["events", "list"]]) {
      const ran = await asOther(...args, "--store", "shut");
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).toMatch(/TASK-001|1 task,/);
    }
    expect(await asOther("add", "two", "--store", "shut")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("READ_ONLY"),
    });
    expect((await readdir(shut)).sort()).toEqual([".gitignore", "taskwerk.db"]);
    await chmod(shut, 0o755);
    // What is no write-ahead log holds nothing that could be missed.
    await writeFile(join(shut, "taskwerk.db-wal"), "changes");
    await chmod(shut, 0o555);
    expect(await asOther("list", "-q", "--store", "shut")).toMatchObject({ code: 0, stdout: "TASK-001\n", stderr: "" });
    await chmod(shut, 0o755);
  });

  it.skipIf(!hasOther)("of somebody else is named as such, by every command", async () => {
    const { rig } = at;
    await chmod(join(rig.dir, ".taskwerk"), process.getuid?.() === 0 ? 0o700 : 0);
    const told = expect.stringMatching(/^error STORE_UNREADABLE: .*permission denied\.\n {2}.*--store DIR\n$/);
    for (const args of [["list"], ["add", "x"], ["init"], ["list", "--store", ".taskwerk"]]) {
      expect(await asOther(...args)).toMatchObject({ code: 5, stdout: "", stderr: told });
    }
    await chmod(join(rig.dir, ".taskwerk"), 0o700);
  });

  it("is not looked for, and not made, in a directory that is not there", async () => {
    const { rig } = at;
    for (const args of [["init"], ["list"]]) {
      expect(await rig.failure("-C", "missing", ...args)).toMatchObject({ code: "FILE_NOT_FOUND", exit: 3 });
    }
    expect(existsSync(join(rig.dir, "missing"))).toBe(false);
    const named = await rig.failure("--store", "mis sing", "list");
    expect(named).toMatchObject({ code: "STORE_NOT_FOUND", exit: 9 });
    const [, typed = ""] = /taskwerk (init .*)$/.exec(named.hint ?? "") ?? [];
    execFileSync("sh", ["-c", `"$0" "$1" ${typed}`, process.execPath, programPath("taskwerk")], {
      cwd: join(rig.dir, ".."),
      env: rig.env,
    });
    expect(await rig.taskwerk("--store", "mis sing", "list")).toMatchObject({ code: 0 });
    await mkdir(join(rig.dir, "inside"));
    expect((await rig.failure("--store", ".", "list")).hint).toContain(join(rig.dir, ".taskwerk"));
  });

  it("is empty without being an error", async () => {
    expect(await at.rig.taskwerk("list")).toMatchObject({ code: 0, stdout: "" });
    expect(await list()).toEqual([]);
    expect(await at.rig.data("ready")).toEqual([]);
    expect(await at.rig.taskwerk("claim", "--next")).toMatchObject({ code: 10, stdout: "" });
  });
});
