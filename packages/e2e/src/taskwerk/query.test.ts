import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TaskStats } from "@taskwerk/contract/search";
import type { Task } from "@taskwerk/contract/task";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

const at = { rig: undefined as unknown as Rig };
const ROWS = [
  { ref: "a", title: "Crawl the docs", tags: ["net"] },
  { ref: "a1", title: "Limit requests", parent: "a", tags: ["net", "api"], priority: "high", assignee: "tester" },
  {
    ref: "a2",
    title: "Retry with backoff",
    parent: "a",
    tags: ["net", "wip"],
    depends_on: ["a1"],
    estimate_minutes: 60,
  },
  { title: "Parse links", parent: "a", status: "done" },
  { title: "=1+1, a formula", tags: ["api"], due_at: "2020-01-01", priority: "critical" },
  { title: "Write it down", due_at: "+2d", metadata: { area: "docs" }, description: "the exit codes" },
];
beforeAll(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
  await at.rig.run("taskwerk", ["import", "-", "--session", "made"], { stdin: JSON.stringify(ROWS) });
});
afterAll(() => at.rig.remove());

const ids = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await at.rig.taskwerk(...args, "-q");
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((line) => line !== "");
};

describe("a query on the command line", () => {
  it.each([
    [
      ["list", "tag:net", "-tag:wip"],
      ["TASK-001.1", "TASK-001"],
    ],
    [
      ["list", "priority:high.."],
      ["TASK-002", "TASK-001.1"],
    ],
    [
      ["list", "(tag:wip or due:..7d)", "not is:overdue"],
      ["TASK-003", "TASK-001.2"],
    ],
    [["list", "due<today"], ["TASK-002"]],
    [["list", "exit codes"], ["TASK-003"]],
    [["list", "meta.area:docs"], ["TASK-003"]],
    [
      ["list", "under:1", "--sort", "-priority,title"],
      ["TASK-001.1", "TASK-001.2"],
    ],
    [["list", "status:done"], ["TASK-001.3"]],
    [
      ["list", "session:made", "is:leaf", "-t", "api"],
      ["TASK-002", "TASK-001.1"],
    ],
    [["list", "assignee:me"], ["TASK-001.1"]],
    [["mine"], ["TASK-001.1"]],
    [["overdue"], ["TASK-002"]],
    [["blocked"], ["TASK-001.2"]],
    [["stale"], []],
    [
      ["ready", "tag:api", "--sort", "id"],
      ["TASK-001.1", "TASK-002"],
    ],
    [["next", "-is:overdue"], ["TASK-001.1"]],
    [["search", "retr", "is:open"], ["TASK-001.2"]],
    [
      ["list", "--tree", "tag:wip"],
      ["TASK-001", "TASK-001.2"],
    ],
  ])("%j is %j", async (words, found) => {
    expect(await ids(...words)).toEqual(found);
  });

  it("is exit 10 where next has nothing, and an empty list elsewhere", async () => {
    expect(await at.rig.failure("next", "tag:wip")).toMatchObject({ exit: 10, code: "NOTHING_READY" });
    expect((await at.rig.taskwerk("ready", "tag:wip")).code).toBe(0);
  });

  it("names the position and the nearest word of what is wrong", async () => {
    expect(await at.rig.failure("list", "tag:a", "status:tood")).toMatchObject({
      exit: 2,
      code: "INVALID_QUERY",
      candidates: ["todo"],
      details: { position: 7 },
    });
  });

  it("goes on behind a page in any order", async () => {
    const { rig } = at;
    const first = JSON.parse(
      (await rig.taskwerk("list", "--all", "--sort", "-due,title", "--limit", "4", "--json")).stdout,
    );
    expect(first.page).toMatchObject({ returned: 4, total: 6, truncated: true });
    const rest = await ids("list", "--all", "--sort", "-due,title", "--limit", "4", "--cursor", first.page.cursor);
    expect(rest).toHaveLength(2);
    expect(new Set([...first.data.map(({ id }: Task) => id), ...rest]).size).toBe(6);
  });
});

describe("what a list may be written as", () => {
  it("is csv that no spreadsheet runs, csv as it is, and Markdown", async () => {
    const out = async (format: string) =>
      (await at.rig.taskwerk("overdue", "--format", format, "--fields", "id,title")).stdout;
    expect(await out("csv")).toBe('id,title\nTASK-002,"\'=1+1, a formula"\n');
    expect(await out("csv-raw")).toBe('id,title\nTASK-002,"=1+1, a formula"\n');
    expect(await out("md")).toBe("| id | title |\n| --- | --- |\n| TASK-002 | =1+1, a formula |\n");
  });

  it("is numbers", async () => {
    const stats = await at.rig.data<TaskStats>("stats", "--by", "tag", "is:open");
    expect(stats).toMatchObject({ total: 5, done: 0 });
    expect(stats.groups[0]).toEqual({ value: "net", total: 3, open: 3, done: 0 });
    expect((await at.rig.taskwerk("stats", "--by", "tga")).stderr).toContain('Did you mean "tag"?');
  });
});

describe("what one id may be", () => {
  it("is the last task that this actor changed", async () => {
    const { rig } = at;
    await rig.data("note", "2", "seen", "--actor", "other");
    await rig.data("note", "TASK-001.2", "looked at");
    expect((await rig.data<Task>("show", "@last")).id).toBe("TASK-001.2");
    expect((await rig.data<Task>("show", "@last", "--actor", "other")).id).toBe("TASK-002");
    expect(await rig.failure("show", "@last", "--session", "made", "--actor", "nobody")).toMatchObject({ exit: 3 });
  });

  it("is what the git branch names, but not where a task would be cancelled", async () => {
    const { rig } = at;
    const repo = join(rig.dir, "repo");
    await mkdir(repo);
    execFileSync("git", ["init", "-q", "-b", "feature/fix-2-x-TASK-001.1-limit"], { cwd: repo, env: rig.env });
    const inRepo = (...words: readonly string[]) => rig.run("taskwerk", words, { cwd: repo });
    const shown = await inRepo("show", "-q");
    expect(shown).toMatchObject({ code: 0, stdout: "TASK-001.1\n" });
    expect(shown.stderr).toContain("TASK-001.1, from the branch feature/fix-2-x-TASK-001.1-limit");
    expect((await inRepo("update", "-p", "low", "-q")).stdout).toBe("TASK-001.1\n");
    for (const verb of ["cancel", "delete", "archive"])
      expect(await inRepo(verb)).toMatchObject({ code: 2, stdout: "" });
    expect((await rig.taskwerk("start")).code).toBe(2);
  });

  it("is what the git branch names for a note and for criteria too, and no text is taken for an id", async () => {
    const { rig } = at;
    const repo = join(rig.dir, "noted");
    await mkdir(repo);
    execFileSync("git", ["init", "-q", "-b", "task-001.1/limits"], { cwd: repo, env: rig.env });
    const inRepo = (...words: readonly string[]) => rig.run("taskwerk", words, { cwd: repo });
    const shown = async () => rig.data<Task & { notes: { text: string; type: string }[] }>("show", "TASK-001.1");
    const told = "TASK-001.1, from the branch task-001.1/limits";

    expect(await inRepo("note", "Default 4, not 8.", "--type", "decision")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(told),
    });
    expect((await rig.run("taskwerk", ["note", "-"], { cwd: repo, stdin: "from a pipe\n" })).code).toBe(0);
    expect((await shown()).notes.map(({ text, type }) => [type, text])).toEqual([
      ["decision", "Default 4, not 8."],
      ["comment", "from a pipe"],
    ]);
    // An id alone lacks its text, and is none.
    expect(await inRepo("note", "TASK-002")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("note ID TEXT"),
    });
    expect(await inRepo("note")).toMatchObject({ code: 2 });

    expect(await inRepo("ac", "add", "At most 4 at once")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(told),
    });
    expect((await inRepo("ac", "add", "A flag sets it")).code).toBe(0);
    expect((await inRepo("ac", "check", "2")).code).toBe(0);
    expect((await shown()).acceptance.map(({ n, checked }) => [n, checked])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect((await inRepo("ac", "check", "1,2", "--evidence", "limit.test.ts")).code).toBe(0);
    expect((await inRepo("ac", "uncheck", "2")).code).toBe(0);
    expect((await shown()).acceptance.map(({ checked, evidence }) => [checked, evidence])).toEqual([
      [true, "limit.test.ts"],
      [false, null],
    ]);
    expect(await inRepo("ac", "check", "9")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("CRITERION_NOT_FOUND"),
    });
    expect((await inRepo("ac", "rm", "2")).code).toBe(0);
    expect((await shown()).acceptance).toHaveLength(1);

    // On another branch nothing says which task is meant.
    execFileSync("git", ["checkout", "-q", "-b", "main"], { cwd: repo, env: rig.env });
    for (const words of [
      ["note", "hello"],
      ["ac", "check", "1"],
    ])
      expect(await inRepo(...words)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/main names no task[\s\S]*Ids look like/),
      });
  });
});

describe("update --where", () => {
  it("changes what a list of it shows, if it is as many as expected, and asks where they are many", async () => {
    const { rig } = at;
    const many = Array.from({ length: 21 }, (_, n) => ({ title: `${n}`, tags: ["many"] }));
    await rig.run("taskwerk", ["import", "-"], { stdin: JSON.stringify(many) });
    expect(await ids("update", "--where", "tag:wip", "-p", "critical")).toEqual(["TASK-001.2"]);
    expect(await rig.failure("update", "--where", "tag:many", "-p", "low")).toMatchObject({
      exit: 4,
      code: "CONFIRMATION_REQUIRED",
    });
    expect(await rig.failure("update", "--where", "tag:many", "-p", "low", "--expect", "5")).toMatchObject({
      exit: 8,
      code: "EXPECT_MISMATCH",
    });
    const rehearsed = await rig.taskwerk("update", "--where", "tag:many", "-p", "low", "--dry-run", "-q");
    expect(rehearsed.stdout.trim().split("\n")).toHaveLength(21);
    expect(rehearsed.stderr).toContain("nothing was changed");
    expect(await ids("list", "tag:many", "priority:low")).toEqual([]);
    expect(await ids("update", "--where", "tag:many", "-p", "low", "--expect", "21")).toHaveLength(21);
    expect(await ids("update", "--where", "tag:many", "-p", "high", "--yes")).toHaveLength(21);
    expect(await ids("list", "tag:many", "priority:high")).toHaveLength(21);
    expect(await rig.failure("update", "1", "--where", "tag:many", "-p", "low")).toMatchObject({
      exit: 2,
      code: "USAGE",
    });
  });
});
