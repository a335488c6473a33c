import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ImportResult, Task } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ended, makeRig, programPath, type Rig } from "../rig.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";

const FIXTURES = fileURLToPath(new URL("./fixtures", import.meta.url));
const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
});
afterEach(() => at.rig.remove());

const list = (): Promise<readonly Task[]> => at.rig.data("list", "--all", "--limit", "0", "--sort", "created");
const byTitle = async () => new Map((await list()).map((task) => [task.title, task]));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(at.rig.dir, name), content);
  return name;
};

describe("files of other programs", () => {
  it("task-master: contexts, subtasks, dependencies, the way to test", async () => {
    const path = join(FIXTURES, "task-master.json");
    const ran = await at.rig.taskwerk("import", path);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const tasks = await byTitle();
    expect(tasks.get("Set up the repository")).toMatchObject({
      status: "done",
      priority: "high",
      key: "task-master:master/1",
      description:
        "An empty project that builds.\n\n## Details\n\nUse the template of the team.\n\n## Test strategy\n\nA build on a fresh clone passes.",
    });
    const signIn = tasks.get("Sign in")!;
    expect(signIn).toMatchObject({
      status: "in-progress",
      depends_on: [tasks.get("Set up the repository")!.id],
      metadata: { sprint: "Q1", task_master: { complexityScore: 4 } },
    });
    expect(tasks.get("Accept the link")).toMatchObject({
      parent: signIn.id,
      depends_on: [tasks.get("Send the link")!.id],
    });
    expect(tasks.get("Sign out")).toMatchObject({
      status: "paused",
      depends_on: [tasks.get("Accept the link")!.id],
    });
    expect(tasks.get("Invoices")).toMatchObject({ priority: "critical", tags: ["billing"] });
    expect(await at.rig.failure("import", path)).toMatchObject({
      code: "DUPLICATE_KEY",
      exit: 8,
      details: { total: 6 },
    });
    expect(await at.rig.data("import", path, "--on-conflict", "skip")).toMatchObject({ created: 0, skipped: 6 });
  });

  it("beads: priorities, edges, comments; tombstones and lost edges are told", async () => {
    mkdirSync(join(at.rig.dir, ".beads"));
    file(".beads/issues.jsonl", readFileSync(join(FIXTURES, "issues.jsonl")));
    const ran = await at.rig.taskwerk("import", ".");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("1 deleted issue is left out.");
    expect(ran.stderr).toContain("1 dependency on issues that are not in the file left out.");
    const tasks = await byTitle();
    expect([...tasks.keys()].sort()).toEqual([
      "A nicer list",
      "Highlight the words",
      "Search",
      "Search is slow",
      "Words of a text",
    ]);
    const slow = tasks.get("Search is slow")!;
    expect(slow).toMatchObject({
      status: "in-progress",
      priority: "critical",
      type: "bug",
      assignee: "ada",
      tags: ["search", "speed-up"],
      depends_on: [tasks.get("Words of a text")!.id],
      estimate_minutes: 120,
      created_at: "2026-02-01T08:00:00.123Z",
      acceptance: [
        { text: "under 200 ms", checked: true },
        { text: "nothing is missed", checked: false },
      ],
      metadata: { beads: { external_ref: "gh-9", related: [{ to: "bd-c3", type: "related" }] } },
    });
    expect(await at.rig.data("show", slow.id)).toMatchObject({
      notes: [{ text: "Measured on Monday." }, { text: "Same here.", by: "bob", at: "2026-02-03T10:00:00.000Z" }],
    });
    expect(tasks.get("Words of a text")).toMatchObject({
      status: "done",
      status_reason: "merged",
      completed_at: "2026-01-03T00:00:00.000Z",
      parent: tasks.get("Search")!.id,
    });
    expect(tasks.get("A nicer list")).toMatchObject({ status: "paused", priority: "low", type: "feature" });
    expect(tasks.get("Highlight the words")).toMatchObject({ parent: tasks.get("Search")!.id, depends_on: [] });
  });

  it("Backlog.md: front matter, criteria, sections, a directory or one file", async () => {
    expect(await at.rig.data("import", join(FIXTURES, "backlog"))).toMatchObject({ created: 3, format: "backlog" });
    const tasks = await byTitle();
    const window = tasks.get("Keep the window: its size")!;
    expect(window).toMatchObject({
      key: "backlog:TASK-7",
      status: "in-progress",
      priority: "high",
      assignee: "ada",
      tags: ["window"],
      created_at: "2026-03-01T08:30:00.000Z",
      description: "It opens as large as it was closed.\n\n## Implementation plan\n\n1. Write it down",
      acceptance: [
        { text: "The size is kept", checked: true },
        { text: "A smaller screen is no trouble", checked: false },
      ],
      links: [{ type: "url", target: "https://example.com/issues/4" }],
      metadata: { backlog: { milestone: "m-2", assignees: ["ada", "bob"] } },
    });
    expect(tasks.get("Two screens")).toMatchObject({
      parent: window.id,
      depends_on: [tasks.get("Ask the system")!.id],
    });
    const one = join(FIXTURES, "backlog/tasks/task-9 - Ask-the-system.md");
    expect(await at.rig.failure("import", one)).toMatchObject({ code: "DUPLICATE_KEY" });
  });

  it("taskwerk 0.7: its Markdown, with ids, notes and hours", async () => {
    expect(await at.rig.data("import", join(FIXTURES, "taskwerk-0.7.md"))).toMatchObject({
      created: 2,
      format: "taskwerk-0.7",
    });
    expect(await at.rig.data("show", "TASK-001")).toMatchObject({
      id: "TASK-001",
      title: "Fix the parser",
      description: "Quotes within quotes.\n\nSeen with the long file.",
      status: "in-progress",
      estimate_minutes: 240,
      tags: ["bug", "parser"],
      category: "core",
      created_at: "2025-06-20T10:00:00.000Z",
      depends_on: ["TASK-003"],
      notes: [{ text: "Found it\nin the second pass", by: "ada", at: "2025-06-20T10:30:00.000Z" }],
    });
    expect((await at.rig.data<{ changed: Task[] }>("add", "next")).changed[0]!.id).toBe("TASK-004");
  });

  it("taskwerk 0.7: its JSON; numbers that others have are given anew when asked", async () => {
    await at.rig.data("add", "mine");
    const path = join(FIXTURES, "taskwerk-0.7.json");
    expect(await at.rig.failure("import", path)).toMatchObject({
      code: "DUPLICATE_KEY",
      exit: 8,
      details: { problems: [{ where: "tasks[0]", field: "id", message: "TASK-001 is there already: mine" }] },
    });
    const { ids } = await at.rig.data<ImportResult>("import", path, "--on-conflict", "renumber");
    expect(ids).toEqual({ "TASK-001": "TASK-005" });
    expect(await at.rig.data("show", "5")).toMatchObject({
      title: "Fix the parser",
      estimate_minutes: 240,
      metadata: { taskwerk_07: { progress: 50 } },
    });
    expect(await at.rig.data("show", "4")).toMatchObject({ title: "Release" });
  });
});

describe("import", () => {
  it("says of each row what would become of it, then does just that", async () => {
    await at.rig.data("add", "A", "--key", "a", "-t", "old");
    const csv = file("plan.csv", "key,title,tags,depends_on\na,A,new,\nb,B,,a\n");
    const dry = await at.rig.taskwerk("import", csv, "--on-conflict", "update", "--dry-run");
    expect(dry.stdout).toBe("update\tTASK-001\tA\ttags\tline 2\ncreate\t\tB\t\tline 3\n");
    expect(await list()).toHaveLength(1);
    expect(await at.rig.data("import", csv, "--on-conflict", "update")).toMatchObject({
      created: 1,
      updated: 1,
      skipped: 0,
      format: "csv",
    });
    expect((await byTitle()).get("A")).toMatchObject({ tags: ["new"] });
    expect((await byTitle()).get("B")).toMatchObject({ depends_on: ["TASK-001"] });
  });

  it("names every bad row by its line, with the field that was meant", async () => {
    const yaml = file(
      "plan.yml",
      "tasks:\n  - title: A\n  - titel: B\n  - title: C\n    depends_on: [Z]\n    priority: urgent\n",
    );
    const ran = await at.rig.taskwerk("import", yaml);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toBe(
      [
        "error IMPORT_INVALID: 2 of 3 rows are wrong. Nothing was imported.",
        '  line 3  titel       there is no field "titel"; did you mean "title"?',
        "  line 3  title       has no title",
        '  line 4  priority    "urgent" is none of critical, high, medium, low',
        '  line 4  depends_on  "Z" is in neither this file nor the store',
        "  Correct these rows, then import the file again.",
        "  The file is read as yaml; others:  taskwerk help formats",
        "",
      ].join("\n"),
    );
    expect(await list()).toEqual([]);
  });

  it("imports once under a key, and refuses another file under it", async () => {
    const one = file("one.json", '[{"title":"A"}]');
    const two = file("two.json", '[{"title":"B"}]');
    const first = await at.rig.data("import", one, "--key", "k");
    expect(await at.rig.data("import", one, "--key", "k")).toEqual(first);
    expect(await at.rig.failure("import", two, "--key", "k")).toMatchObject({ code: "IDEMPOTENCY_MISMATCH", exit: 8 });
    expect(await list()).toHaveLength(1);
  });

  it("reads a byte order mark, UTF-16 and line ends of other systems", async () => {
    const utf16 = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('title\r\n"a\r\nb"\r\n'.replace("a\r\nb", "x"), "utf16le"),
    ]);
    await at.rig.data("import", file("a.csv", utf16));
    await at.rig.data("import", file("b.csv", "\ufefftitle,tags\r\nä,t\r\n"));
    await at.rig.data("import", file("c.json", '\ufeff[{"title":"c"}]'));
    expect((await list()).map(({ title, tags }) => [title, tags])).toEqual([
      ["x", []],
      ["ä", ["t"]],
      ["c", []],
    ]);
  });

  it.each([
    ["empty.json", "", "IMPORT_INVALID", /is empty/],
    ["blank.csv", "\n \n", "IMPORT_INVALID", /is empty/],
    ["latin1.csv", Buffer.from([0x74, 0x69, 0x74, 0x6c, 0x65, 0x0a, 0xe4, 0x0a]), "IMPORT_INVALID", /UTF-8.*byte 7/],
    ["packed.json", Buffer.from([0x1f, 0x8b, 8, 0]), "IMPORT_INVALID", /gzip/],
    ["store.db", Buffer.from("SQLite format 3\0"), "IMPORT_INVALID", /SQLite/],
    ["deep.json", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "IMPORT_INVALID", /levels deep/],
    ["proto.json", '[{"title":"a","metadata":{"__proto__":{"x":1}}}]', "IMPORT_INVALID", /__proto__/],
    ["refs.json", '[{"ref":"a","title":"A"},{"ref":"a","title":"B"}]', "IMPORT_INVALID", /1 of 2 rows is wrong/],
    ["cycle.csv", "ref,title,depends_on\na,A,b\nb,B,a\n", "DEPENDENCY_CYCLE", /a -> b -> a|b -> a -> b/],
    ["line.ndjson", `{"title":"a"}\n{"title":"${"x".repeat(16_000_001)}"}\n`, "PAYLOAD_TOO_LARGE", /line 2/],
    ["open.csv", 'title\n"never closed\n', "IMPORT_INVALID", /quote that is not closed/],
    ["words.txt", "once upon a time", "IMPORT_INVALID", /cannot be told/],
  ])("refuses %s with a reason and changes nothing", async (name, content, code, message) => {
    const error = await at.rig.failure("import", file(name, content));
    expect(error).toMatchObject({ code, exit: code === "DEPENDENCY_CYCLE" ? 8 : 2 });
    expect(error.message).toMatch(message);
    expect(await list()).toEqual([]);
  });

  it("reads a pipe with a name, and says why a directory is none", async () => {
    execFileSync("mkfifo", [join(at.rig.dir, "pipe")]);
    const ran = at.rig.taskwerk("import", "pipe");
    execFileSync("sh", ["-c", `printf '[{"title":"through"}]' > pipe`], { cwd: at.rig.dir });
    expect(await ran).toMatchObject({ code: 0 });
    mkdirSync(join(at.rig.dir, "nothing"));
    expect(await at.rig.failure("import", "nothing")).toMatchObject({ code: "USAGE", message: /it is a directory/ });
  });

  it.runIf(hasTerminal())("shows a bar while something long is read in", async () => {
    const rows = Array.from({ length: 40_000 }, (_, n) => `{"title":"Task ${n}","tags":["a","b"]}`).join("\n");
    file("many.ndjson", rows);
    const terminal = await openTerminal({ cwd: at.rig.dir, env: at.rig.env });
    try {
      await terminal.types(`${process.execPath} ${programPath("taskwerk")} import many.ndjson`);
      await terminal.sees(/importing {2}\[#*-*\] +\d+%/);
      await terminal.sees(/40000 tasks imported/);
      expect(await terminal.screen()).not.toContain("importing  [");
    } finally {
      await terminal.close();
    }
  });
});

describe("export", () => {
  it("gives a store that import makes again, in every format", async () => {
    const { rig } = at;
    await rig.data("add", "=Release", "-d", "two\n\nlines", "--ac", "it works", "--session", "S", "--key", "k");
    await rig.data("add", "Part", "--parent", "1", "-t", "a");
    await rig.data("note", "1", "hello", "--type", "decision");
    await rig.data("add", "gone");
    await rig.data("delete", "2");
    const all = (await rig.taskwerk("export")).stdout;
    expect(all.split("\n")).toHaveLength(6);
    for (const format of ["json", "ndjson", "yaml", "md", "csv", "csv-raw", "tsv"]) {
      const { stdout } = await rig.taskwerk("export", "--format", format);
      const dir = join(rig.dir, format);
      mkdirSync(dir);
      const other = (args: readonly string[], stdin = "") => rig.run("taskwerk", args, { cwd: dir, stdin });
      await other(["init", "--here"]);
      const given = format === "csv-raw" ? ["--format", format] : [];
      expect(await other(["import", "-", ...given], stdout)).toMatchObject({ code: 0, stderr: "" });
      expect((await other(["export"])).stdout).toBe(all);
      expect((await other(["db", "check"])).code).toBe(0);
    }
  });

  it("is an answer like any other under --json, and says there what a file got", async () => {
    const { rig } = at;
    await rig.data("add", "A");
    await rig.data("add", "B", "--after", "1", "-t", "x");
    const asked = await rig.run("taskwerk", ["export", "tag:x", "--json"]);
    expect(asked.stderr).toBe("");
    expect(JSON.parse(asked.stdout)).toMatchObject({
      ok: true,
      v: 1,
      kind: "task.export",
      data: [{ id: "TASK-002", depends_on: ["TASK-001"] }],
      warnings: [expect.stringMatching(/not among them/)],
    });
    expect(await rig.data("export", "--fields", "id")).toEqual([{ id: "TASK-001" }, { id: "TASK-002" }]);
    expect(await rig.data("export", "-o", "all.csv")).toEqual({
      file: join(rig.dir, "all.csv"),
      format: "csv",
      tasks: 2,
      outside: 0,
    });
    expect((await rig.taskwerk("export", "--fields", "id")).stderr).toMatch(/^error USAGE: .*\n.*taskwerk list --all/);
  });

  it("writes a file whole or not at all, and takes its format from its name", async () => {
    const { rig } = at;
    await rig.data("add", "A");
    expect(await rig.taskwerk("export", "-o", "out.yml")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "1 task in out.yml.\n",
    });
    expect(readFileSync(join(rig.dir, "out.yml"), "utf8")).toContain('title: "A"');
    file("kept.md", "what was there");
    expect(await rig.failure("export", "is:redy", "-o", "kept.md")).toMatchObject({ code: "INVALID_QUERY" });
    expect(readFileSync(join(rig.dir, "kept.md"), "utf8")).toBe("what was there");
    expect(await rig.failure("export", "-o", "no/such/out.json")).toMatchObject({ code: "USAGE" });
    expect(readdirSync(rig.dir).filter((name) => name.includes(".part"))).toEqual([]);
    expect(await rig.failure("export", "--format", "xml")).toMatchObject({ code: "USAGE" });
    expect(await rig.failure("export", "--format", "csv", "--with-history")).toMatchObject({ code: "USAGE" });
  });

  it("of a query leaves nothing unsaid: what it depends on outside is named, and another store asks for it", async () => {
    const { rig } = at;
    await rig.data("add", "A");
    await rig.data("add", "B", "--after", "1", "-t", "x");
    const { stdout, stderr } = await rig.taskwerk("export", "tag:x", "--format", "ndjson");
    expect(stderr).toContain("1 parents and dependencies");
    expect(JSON.parse(stdout)).toMatchObject({ title: "B", uids: { "TASK-001": expect.any(String) } });
    const dir = join(rig.dir, "other");
    mkdirSync(dir);
    await rig.run("taskwerk", ["init", "--here"], { cwd: dir });
    await rig.run("taskwerk", ["add", "another first"], { cwd: dir });
    const ran = await rig.run("taskwerk", ["import", "-"], { cwd: dir, stdin: stdout });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('"TASK-001" is in neither this file nor the store');
  });

  it("with its history tells what ever changed; an import says that it leaves that", async () => {
    const { rig } = at;
    await rig.data("add", "A");
    await rig.data("update", "1", "-p", "high");
    const { stdout } = await rig.taskwerk("export", "--with-history");
    const [task] = JSON.parse(stdout).tasks;
    expect(task.history).toMatchObject([
      { command: "task.add", entity: "task", before: null },
      { command: "task.update", actor: "tester", before: { priority: 2 }, after: { priority: 1 } },
    ]);
    const again = await rig.run("taskwerk", ["import", "-", "--on-conflict", "skip"], { stdin: stdout });
    expect(again.stderr).toContain("history of 1 tasks stays in the file");
  });

  it("of a big store ends quietly when nobody reads on, and leaves no file when it is stopped", async () => {
    const { rig } = at;
    const rows = Array.from({ length: 20_000 }, (_, n) => `{"title":"Task ${n}"}`).join("\n");
    await rig.run("taskwerk", ["import", "-"], { stdin: rows });
    const head = execFileSync(
      "sh",
      ["-c", `"${process.execPath}" "$0" export --format ndjson | head -1`, programPath("taskwerk")],
      {
        cwd: rig.dir,
        env: rig.env,
        encoding: "utf8",
      },
    );
    expect(JSON.parse(head)).toMatchObject({ id: "TASK-001" });
    file("out.md", "before");
    const child = rig.start("taskwerk", ["export", "--format", "md", "-o", "out.md"]);
    const parts = () => readdirSync(rig.dir).filter((name) => name.endsWith(".part"));
    while (parts().length === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGINT");
    const { code } = await ended(child);
    // It may have been done before it heard of it.
    expect([0, 130]).toContain(code);
    expect(parts()).toEqual([]);
    expect(readFileSync(join(rig.dir, "out.md"), "utf8").startsWith(code === 0 ? "# Tasks" : "before")).toBe(true);
  });

  it("that was killed leaves a part, which the next one takes away", async () => {
    const { rig } = at;
    const rows = Array.from({ length: 20_000 }, (_, n) => `{"title":"Task ${n}"}`).join("\n");
    await rig.run("taskwerk", ["import", "-"], { stdin: rows });
    const parts = () => readdirSync(rig.dir).filter((name) => name.endsWith(".part"));
    const child = rig.start("taskwerk", ["export", "-o", "out.json"]);
    while (parts().length === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGKILL");
    await ended(child);
    // It may have been done before it was killed.
    expect(parts()).toHaveLength(readdirSync(rig.dir).includes("out.json") ? 0 : 1);
    expect(await rig.taskwerk("export", "id:1", "-o", "other.json")).toMatchObject({ code: 0 });
    expect(parts()).toEqual([]);
    expect(JSON.parse(readFileSync(join(rig.dir, "other.json"), "utf8")).tasks).toHaveLength(1);
  });

  it("of a damaged store never prints a second document, nor half of one as if it were whole", async () => {
    const { rig } = at;
    const rows = Array.from({ length: 4_000 }, (_, n) => ({
      title: `Task ${n}`,
      notes: [`mark-${n}. ${"x".repeat(500)}`],
    }));
    await rig.run("taskwerk", ["import", "-"], { stdin: JSON.stringify(rows) });
    const few = ["export", "--json", "id:1,2,3"];
    expect(JSON.parse((await rig.taskwerk(...few)).stdout)).toMatchObject({ ok: true });
    zeroPagesWith(join(rig.dir, ".taskwerk", "taskwerk.db"), "mark-3900.");

    const long = await rig.taskwerk("export", "--json");
    expect(long).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/^error STORE_CORRUPT: .*only the beginning/s),
    });
    expect(long.stdout.startsWith('{"ok":true')).toBe(true);
    expect(() => JSON.parse(long.stdout)).toThrow();
    expect(long.stdout).not.toContain('"ok":false');
    // What is short is held back until all of it has been read.
    expect(await rig.failure("export", "id:3901")).toMatchObject({ code: "STORE_CORRUPT", exit: 5 });
    expect(await rig.taskwerk("export", "id:3901")).toMatchObject({ code: 5, stdout: "" });
    expect(JSON.parse((await rig.taskwerk(...few)).stdout).data).toHaveLength(3);
    expect(await rig.failure("export", "-o", "all.json")).toMatchObject({ code: "STORE_CORRUPT", exit: 5 });
    expect(readdirSync(rig.dir).filter((name) => name.startsWith("all.json"))).toEqual([]);
  });
});

const PAGE = 4_096;

/** Damages a database: every page that holds these words becomes zeros. */
function zeroPagesWith(path: string, words: string): void {
  const bytes = readFileSync(path);
  const places = [...bytes.toString("latin1").matchAll(new RegExp(words, "g"))].map(({ index }) => index);
  expect(places.length).toBeGreaterThan(0);
  for (const place of places) bytes.fill(0, place - (place % PAGE), place - (place % PAGE) + PAGE);
  writeFileSync(path, bytes);
}

describe("batch", () => {
  it("does lines of commands as one, and nothing when one of them is wrong", async () => {
    const { rig } = at;
    const lines = (...operations: readonly object[]): string => operations.map((one) => JSON.stringify(one)).join("\n");
    const stdin = lines(
      { op: "add", ref: "a", title: "A" },
      { op: "add", title: "B", depends_on: ["@a"] },
      { op: "claim", ref: "c", id: "@a", as: "me" },
      { op: "done", id: "@a", claim: "@c" },
    );
    expect(await rig.run("taskwerk", ["batch", "-"], { stdin })).toEqual({
      code: 0,
      stdout:
        "line 1\ttask.add\tTASK-001\nline 2\ttask.add\tTASK-002\nline 3\tclaim.take\tTASK-001\nline 4\ttask.transition\tTASK-001\n",
      stderr: "",
    });
    const bad = lines({ op: "add", titel: "C" }, { op: "dne", id: "2" }, { op: "done", id: "2" });
    expect(await rig.run("taskwerk", ["batch", "-"], { stdin: bad })).toEqual({
      code: 2,
      stdout: "",
      stderr: [
        "error VALIDATION_FAILED: 2 of 3 operations cannot be done. Nothing was done.",
        '  line 1  titel  there is no field "titel". Did you mean "title"?',
        '  line 2         there is no "dne" in a batch; did you mean "done"?',
        "  Correct these lines, then run them again.",
        "",
      ].join("\n"),
    });
    expect((await list()).map(({ id, status }) => [id, status])).toEqual([
      ["TASK-001", "done"],
      ["TASK-002", "todo"],
    ]);
    await rig.data("undo");
    expect(await list()).toEqual([]);
  });
});
