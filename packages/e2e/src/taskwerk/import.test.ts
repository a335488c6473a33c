import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { programPath } from "../rig.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();
const list = (): Promise<readonly Task[]> => at.rig.data("list", "--all", "--limit", "0", "--sort", "created");
const byTitle = async () => new Map((await list()).map((task) => [task.title, task]));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(at.rig.dir, name), content);
  return name;
};

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
