import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ended, programPath } from "../rig.ts";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(at.rig.dir, name), content);
  return name;
};

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
