import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClaimResult } from "@taskwerk/contract/claim";
import type { ImportResult } from "@taskwerk/contract/import-tasks";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ended, makeRig, programPath, type Rig } from "../rig.ts";

/** Somebody else, where this is root. The root of a sandbox has nobody else to become. */
const OTHER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const hasOther = spawnSync("true", OTHER).status === 0 || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!hasOther) process.stderr.write("SKIPPED: there is nobody else here, so stores of others are not tried\n");

const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
});
afterEach(() => at.rig.remove());

const add = async (...args: readonly string[]): Promise<Task> =>
  (await at.rig.data<TaskWrite>("add", ...args)).changed[0]!;
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

describe("the founding spellings", () => {
  it("work as they are written", async () => {
    const { rig } = at;
    await add("one");
    await add("two", "--session", "orchestration-42");
    expect((await list()).map(({ id }) => id)).toEqual(["TASK-001", "TASK-002"]);
    expect(await rig.data("show", "TASK-001")).toMatchObject({ id: "TASK-001", title: "one" });
    expect((await list("--session", "orchestration-42")).map(({ title }) => title)).toEqual(["two"]);
    await rig.data("update", "--status", "in-progress", "--tasks", "TASK-001,TASK-002");
    expect((await list()).map(({ status }) => status)).toEqual(["in-progress", "in-progress"]);
    expect((await rig.data<TaskWrite>("complete", "TASK-001")).changed[0]).toMatchObject({ status: "done" });
    await writeFile(join(rig.dir, "tasks.json"), JSON.stringify({ tasks: [{ title: "three" }, { title: "four" }] }));
    expect(await rig.data<ImportResult>("import", "tasks.json", "--batch")).toMatchObject({ created: 2 });
    expect((await list("--all")).length).toBe(4);
  });
});

describe("a task", () => {
  it("keeps everything it was given", async () => {
    await add("first");
    const task = await add(
      ...["Fix login", "-d", "It hangs", "-p", "critical", "-a", "bob", "-t", "api,net", "--after", "1"],
      ...["--estimate", "4h", "--category", "web", "--type", "bug", "--ac", "It answers", "--files", "src/**"],
      ...[
        "--capability",
        "node",
        "--meta",
        "ticket=7",
        "--key",
        "JIRA-7",
        "--note",
        "seen twice",
        "--due",
        "2027-01-31",
      ],
    );
    const shown = await at.rig.data<Task & { notes: readonly { text: string }[] }>("show", task.id);
    expect(shown).toMatchObject({
      title: "Fix login",
      description: "It hangs",
      priority: "critical",
      assignee: "bob",
      tags: ["api", "net"],
      depends_on: ["TASK-001"],
      estimate_minutes: 240,
      category: "web",
      type: "bug",
      files: ["src/**"],
      capabilities: ["node"],
      metadata: { ticket: "7" },
      key: "JIRA-7",
      ready: false,
    });
    expect(shown.acceptance.map(({ text }) => text)).toEqual(["It answers"]);
    expect(shown.notes.map(({ text }) => text)).toEqual(["seen twice"]);
    expect(shown.due_at).toMatch(/^2027-(01-31|02-01)/);
  });

  it("is changed, and only where it was said", async () => {
    await add("one", "-t", "a,b");
    const { rig } = at;
    const { changed } = await rig.data<TaskWrite>("update", "1", "--title", "new", "--tag", "+c,-a", "-p", "high");
    expect(changed[0]).toMatchObject({ title: "new", tags: ["b", "c"], priority: "high", rev: 2 });
    await rig.data("update", "1", "--meta", "a=1", "--meta", "b=2");
    const { changed: met } = await rig.data<TaskWrite>("update", "1", "--meta", "c=3", "--meta", "a=");
    expect(met[0]!.metadata).toEqual({ b: "2", c: "3" });
    expect(await rig.failure("update", "1", "--title", "x", "--if-rev", "1")).toMatchObject({
      code: "REV_MISMATCH",
      exit: 8,
    });
  });

  it("goes through its life, and says what can start because of it", async () => {
    const { rig } = at;
    await add("one");
    await add("two", "--after", "TASK-001");
    await rig.data("start", "1");
    await rig.data("review", "1");
    const { unblocked } = await rig.data<TaskWrite>("done", "1", "--evidence", "commit=abc");
    expect(unblocked.map(({ id }) => id)).toEqual(["TASK-002"]);
    expect((await rig.data<TaskWrite>("done", "1")).unchanged).toHaveLength(1);
    await rig.data("block", "2", "--reason", "no registry");
    expect((await rig.taskwerk("show", "2")).stdout).toMatch(/^ {2}Reason +no registry$/m);
    expect((await rig.taskwerk("list", "--format", "table")).stdout).toMatch(/blocked .* no registry$/m);
    expect(await rig.data("ready")).toEqual([]);
    const again = await rig.data<TaskWrite>("block", "2", "--reason", "still no registry");
    expect(again.changed).toMatchObject([{ status: "blocked", status_reason: "still no registry" }]);
    expect((await rig.data<TaskWrite>("block", "2", "--reason", "still no registry")).unchanged).toHaveLength(1);
    await rig.data("unblock", "2");
    await rig.data("start", "2");
    await rig.data("pause", "2");
    await rig.data("cancel", "2");
    await rig.data("reopen", "2");
    expect(await rig.data("show", "2")).toMatchObject({ status: "todo" });
    expect(await rig.failure("unblock", "1")).toMatchObject({ code: "INVALID_TRANSITION", exit: 8 });
    expect(await rig.failure("pause", "1")).toMatchObject({ code: "INVALID_TRANSITION", exit: 8 });
  });

  it("takes only what its move can do", async () => {
    const { rig } = at;
    await add("one");
    expect(await rig.failure("done", "1", "--satisfy")).toMatchObject({ code: "USAGE", exit: 2 });
    expect(await rig.failure("start", "1", "--cascade")).toMatchObject({ code: "USAGE", exit: 2 });
    expect((await rig.data<Task>("show", "1")).status).toBe("todo");
    await rig.data("cancel", "1", "--satisfy");
  });

  it("is found by the status that lists show", async () => {
    const { rig } = at;
    await add("one");
    await add("two", "--after", "1");
    const ids = async (...args: readonly string[]) => (await rig.taskwerk("list", "-q", ...args)).stdout;
    expect(await ids("-s", "ready")).toBe("TASK-001\n");
    expect(await ids("status:ready")).toBe("TASK-001\n");
    expect(await ids("-s", "ready", "is:ready")).toBe("TASK-001\n");
    await add("three", "-s", "review");
    expect(await ids("-s", "ready,review")).toBe("TASK-003\nTASK-001\n");
  });

  it("depends on others, both ways shown", async () => {
    const { rig } = at;
    for (const title of ["one", "two", "three"]) await add(title);
    await rig.data("dep", "add", "3", "1", "2");
    expect((await rig.taskwerk("dep", "list", "3")).stdout).toBe(
      "TASK-003\tdepends_on\tTASK-001\nTASK-003\tdepends_on\tTASK-002\n",
    );
    await rig.data("dep", "rm", "3", "1");
    expect(await rig.data("show", "3")).toMatchObject({ depends_on: ["TASK-002"] });
    expect(await rig.failure("dep", "add", "2", "3")).toMatchObject({ code: "DEPENDENCY_CYCLE", exit: 8 });
  });
});

describe("a claim", () => {
  it("is held by one, prolonged, and given back", async () => {
    const { rig } = at;
    await add("one");
    const { claim, changed } = await rig.data<ClaimResult>("claim", "--next", "--as", "claude-1", "--lease", "15m");
    expect(changed[0]).toMatchObject({ id: "TASK-001", status: "in-progress", claim: { by: "claude-1" } });
    expect(await rig.failure("claim", "1", "--as", "claude-2")).toMatchObject({ code: "ALREADY_CLAIMED", exit: 8 });
    expect(await rig.failure("done", "1")).toMatchObject({ code: "CLAIM_REQUIRED", exit: 8 });
    const longer = await rig.data<ClaimResult>("heartbeat", "1", "--claim", claim.token, "--lease", "2h");
    expect(longer.claim.lease_until > claim.lease_until).toBe(true);
    const { changed: released } = await rig.data<TaskWrite>("release", "1", "--claim", claim.token);
    expect(released[0]).toMatchObject({ status: "todo", claim: null });
    const again = await rig.data<ClaimResult>("claim", "1");
    expect(await rig.failure("done", "1", "--claim", claim.token)).toMatchObject({ code: "CLAIM_LOST", exit: 8 });
    const done = await rig.run("taskwerk", ["done", "1", "-q"], { env: { TASKWERK_CLAIM: again.claim.token } });
    expect(done).toEqual({ code: 0, stdout: "TASK-001\n", stderr: "" });
  });
});

describe("a claim's end", () => {
  it("is told by claim, and by what was tried without its token", async () => {
    const { rig } = at;
    await add("one");
    expect(await rig.failure("release", "999")).toMatchObject({ code: "TASK_NOT_FOUND", exit: 3 });
    const free = await rig.failure("release", "1");
    expect(free).toMatchObject({ code: "CLAIM_REQUIRED", message: "nobody holds TASK-001.", exit: 8 });
    expect(free.hint).toContain("taskwerk claim TASK-001");
    const { claim } = await rig.data<ClaimResult>("claim", "--next", "--as", "me");
    for (const [verb, typed] of [
      ["done", "taskwerk done TASK-001 --claim TOKEN"],
      ["pause", "taskwerk pause TASK-001 --claim TOKEN"],
      ["release", "taskwerk release TASK-001 --claim TOKEN"],
      ["heartbeat", "taskwerk heartbeat TASK-001 --claim TOKEN"],
    ] as const) {
      const failed = await rig.failure(verb, "1");
      expect(failed).toMatchObject({ code: "CLAIM_REQUIRED", exit: 8, hint: expect.stringContaining(typed) });
      expect(failed.message).toContain("claimed by me");
    }
    await rig.data("done", "TASK-001", "--claim", claim.token);
  });
});

describe("what a script relies on", () => {
  it("adds a key once, however often it is typed", async () => {
    const { rig } = at;
    const ids = [];
    for (let n = 0; n < 3; n += 1) ids.push((await rig.taskwerk("add", "-q", "--key", "k", "--if-absent", "x")).stdout);
    expect(ids).toEqual(["TASK-001\n", "TASK-001\n", "TASK-001\n"]);
    expect(await rig.failure("add", "--key", "k", "x")).toMatchObject({ code: "DUPLICATE_KEY", exit: 8 });
  });

  it("does with one idempotency key one thing", async () => {
    const { rig } = at;
    await rig.data("add", "x", "--idempotency-key", "k");
    await rig.data("add", "x", "--idempotency-key", "k");
    expect(await list()).toHaveLength(1);
    expect(await rig.failure("add", "y", "--idempotency-key", "k")).toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
  });

  it("has its rows in every format, and pages that say so", async () => {
    const { rig } = at;
    await rig.run("taskwerk", ["import", "-"], {
      stdin: JSON.stringify(Array.from({ length: 60 }, (_, n) => ({ title: `t${n}` }))),
    });
    const plain = await rig.taskwerk("list");
    expect(plain.stdout.split("\n")).toHaveLength(51);
    expect(plain.stderr).toContain("50 of 60");
    expect((await rig.taskwerk("list", "--limit", "0", "-q")).stdout.split("\n")).toHaveLength(61);
    expect(
      (await rig.taskwerk("list", "--format", "ndjson", "--limit", "2")).stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual(["TASK-001", "TASK-002"]);
    expect((await rig.taskwerk("list", "--limit", "1", "--format", "table", "--no-color")).stdout).toContain(
      "ID        STATUS",
    );
    expect((await rig.taskwerk("list", "--limit", "1", "--fields", "id,priority,title")).stdout).toBe(
      "TASK-001\tmedium\tt0\n",
    );
    const first = JSON.parse((await rig.taskwerk("list", "--json", "--limit", "40")).stdout);
    const second = JSON.parse(
      (await rig.taskwerk("list", "--json", "--limit", "40", "--cursor", first.page.cursor)).stdout,
    );
    expect(new Set([...first.data, ...second.data].map(({ id }: Task) => id)).size).toBe(60);
    expect(second.page).toMatchObject({ returned: 20, total: 60, truncated: false, cursor: null });
  });

  it("says under -q which tasks an import made, and no others", async () => {
    await add("there", "--key", "k");
    const stdin = JSON.stringify([
      { title: "a" },
      { title: "b", key: "k" },
      { ref: "c", title: "c", parent: "TASK-1" },
    ]);
    const ran = await at.rig.run("taskwerk", ["import", "-", "-q", "--on-conflict", "skip"], { stdin });
    expect(ran).toEqual({ code: 0, stdout: "TASK-002\nTASK-001.1\n", stderr: "" });
  });

  it("gives events in order, after a cursor", async () => {
    const { rig } = at;
    await add("one");
    await add("two");
    const events = await rig.data<readonly { cursor: number; type: string; subject: string }[]>("events", "list");
    expect(events.filter(({ type }) => type === "task.created").map(({ subject }) => subject)).toEqual([
      "TASK-001",
      "TASK-002",
    ]);
    const rest = await rig.data<readonly { cursor: number }[]>("events", "list", "--since", String(events[0]!.cursor));
    expect(rest.every(({ cursor }) => cursor > events[0]!.cursor)).toBe(true);
    expect(await rig.data("status")).toMatchObject({ tasks: { todo: 2 }, ready: 2 });
    expect((await rig.taskwerk("events", "list", "--limit", "1")).stderr).toBe(
      `1 of ${events.length} shown; the rest: --since ${events[0]!.cursor}.\n`,
    );
  });

  it("ends quietly when its reader has gone", async () => {
    const { rig } = at;
    await rig.run("taskwerk", ["import", "-"], {
      stdin: JSON.stringify(Array.from({ length: 5_000 }, (_, n) => ({ title: `title number ${n}` }))),
    });
    const child = rig.start("taskwerk", ["list", "--limit", "0", "--json"]);
    child.stdout!.once("data", () => child.stdout!.destroy());
    let said = "";
    child.stderr!.on("data", (text) => {
      said += text;
    });
    await new Promise((resolve) => child.once("close", resolve));
    expect(said).toBe("");
  });

  it.skipIf(!existsSync("/dev/full"))("says on stderr that stdout cannot be written", async () => {
    for (const [program, ...args] of [
      ["taskwerk", "list", "--json"] as const,
      ["conductor", "help", "--json"] as const,
    ]) {
      const words = [process.execPath, programPath(program), ...args];
      const child = spawn("sh", ["-c", 'exec "$@" >/dev/full', "sh", ...words], { cwd: at.rig.dir, env: at.rig.env });
      const { code, stderr } = await ended(child);
      expect(stderr).toMatch(/^error INTERNAL: stdout cannot be written: ENOSPC.*\n.*before you run it again.*\n$/);
      expect(code).toBe(1);
    }
  });

  it.skipIf(!existsSync("/dev/full"))("says that it is done where only the answer could not be written", async () => {
    for (const args of [
      ["add", "one"],
      ["done", "1", "--json"],
    ]) {
      const words = [process.execPath, programPath("taskwerk"), ...args];
      const child = spawn("sh", ["-c", 'exec "$@" >/dev/full', "sh", ...words], { cwd: at.rig.dir, env: at.rig.env });
      const { code, stderr } = await ended(child);
      expect(stderr).toMatch(/^error INTERNAL: it is done, but .*\n {2}Do not run it again/);
      expect(code).toBe(1);
    }
    expect((await list("--all")).map(({ status }) => status)).toEqual(["done"]);
  });

  it("has one value a line, without a head, of whatever it asks for", async () => {
    await add("one");
    expect((await at.rig.taskwerk("show", "1", "--fields", "id,title")).stdout).toBe("TASK-001\tone\n");
  });

  it("never lets a title act on a terminal", async () => {
    const { rig } = at;
    const evil = "a\u001b[2J\u001b]52;c;eA==\u0007b\u202ec\td";
    await add(evil);
    for (const args of [["list"], ["list", "--format", "table"], ["show", "1"], ["list", "--json"], ["done", "1"]]) {
      expect((await rig.taskwerk(...args)).stdout).not.toMatch(/[\u001b\u009b\u202e\u0007]/);
    }
    expect((await rig.data<Task>("show", "1")).title).toBe(evil);
  });
});
