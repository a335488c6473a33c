import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonFault } from "./json-fault.ts";
import { parseJson } from "./parse-json.ts";
import { type ReadFormat, readTasks } from "./read-tasks.ts";

describe("parseJson", () => {
  it.each([
    ["[\n1,\n2,,\n3]", 3, "unexpected ,"],
    ['{"a":1,\n}', 2, "unexpected }"],
    ['{"a" 1}', 1, "unexpected 1"],
    ["[1]\n x", 2, "unexpected text after the end"],
    ['{"a":\n"unclosed', 2, 'unexpected "unclosed'],
    ["[1,\n2", 2, "it ends too early"],
    ["[01]", 1, "unexpected 1"],
    ["['a']", 1, "unexpected 'a']"],
    ["[1}", 1, "unexpected }"],
    ["", 1, "it ends too early"],
    ['{"a":"\\x"}', 1, 'unexpected "\\x"}'],
  ])("%j is wrong on line %i", (text, line, message) => {
    expect(parseJson(text)).toEqual({ kind: "bad", line, message });
  });

  it("agrees with JSON.parse on what is JSON, and always ends", () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "]", "}", '"', ":", "x", "\\"))
      .map(([json, at, extra]) => {
        const cut = at % (json.length + 1);
        return json.slice(0, cut) + extra + json.slice(cut + 1);
      });
    fc.assert(
      fc.property(broken, (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
          const { position } = jsonFault(text);
          expect(position).toBeLessThanOrEqual(text.length);
        }
        // What is JSON, and yet refused, would be kept as something else.
        const refused = text.includes("__proto__") || /\d{16}|e\+?\d{3}/i.test(text);
        expect(parseJson(text).kind === "good" || !valid || refused).toBe(true);
      }),
    );
  });

  it("has a bound on depth that no stack has to find", () => {
    expect(parseJson(`${"[".repeat(200_000)}${"]".repeat(200_000)}`)).toMatchObject({ kind: "bad" });
    expect(parseJson("[".repeat(500_000))).toMatchObject({ kind: "bad", message: expect.stringContaining("nested") });
  });
});

const read = (text: string, name = "f", format: ReadFormat | "auto" = "auto") => readTasks([{ name, text }], format);

describe("readTasks", () => {
  it("reads one object in an array, a pretty document, and what list --json answers", () => {
    expect(read('[{"title":"a"}]')).toMatchObject({ format: "json", rows: [{ title: "a" }], places: ["tasks[0]"] });
    expect(read('{\n  "tasks": [\n    {"title": "a"}\n  ]\n}\n').rows).toEqual([{ title: "a" }]);
    expect(read('{"tasks":[]}').rows).toEqual([]);
    expect(read('{"ok":true,"v":1,"kind":"task.list","data":[{"title":"a"}]}').rows).toEqual([{ title: "a" }]);
  });

  it("takes lines of objects for NDJSON and reports every bad line", () => {
    expect(read('{"title":"a"}\n\n{"title":"b"}\n')).toMatchObject({
      format: "ndjson",
      rows: [{ title: "a" }, { title: "b" }],
      places: ["line 1", "line 3"],
    });
    expect(read('{"title":"a"}').rows).toEqual([{ title: "a" }]);
    expect(() => read('{"title":"a"}\n{"title":}\n{"title"}\n')).toThrow(
      expect.objectContaining({
        code: "IMPORT_INVALID",
        details: {
          problems: [expect.objectContaining({ where: "line 2" }), expect.objectContaining({ where: "line 3" })],
          total: 2,
        },
      }),
    );
  });

  it.each([
    ["x.csv", "title,tags\na,b\n", "csv"],
    ["-", "Title;Tags\na;b\n", "csv"],
    ["x.tsv", "title\ttags\na\tb\n", "tsv"],
    ["x.yml", "- title: a\n", "yaml"],
    ["x.yaml", "[{title: a}, # in flow style\n]", "yaml"],
    ["x.yaml", '[{"title":"a"}]', "json"],
    ["-", "tasks:\n  - title: a\n", "yaml"],
    ["-", "# Tasks\n\n## TASK-1: a\n", "md"],
    ["TODO.md", "- [ ] a\n", "md"],
    ["-", '{"master":{"tasks":[{"id":1,"title":"a","dependencies":[]}]}}', "task-master"],
    ["-", '{"tasks":[{"id":1,"title":"a","subtasks":[]}]}', "task-master"],
    ["-", '{"id":"bd-1","title":"a","issue_type":"task"}', "beads"],
    ["-", "---\nid: task-1\ntitle: a\nstatus: To Do\n---\n", "backlog"],
    ["-", '[{"id":"TASK-001","name":"a"}]', "taskwerk-0.7"],
    ["-", "# Tasks Export - 2025-06-20\n\n## TASK-001: a\n- Status: todo\n", "taskwerk-0.7"],
    [
      "-",
      "ID,Name,Description,Status,Priority,Assignee,Category,Estimate,Due Date\nTASK-001,a,,todo,high,,,,\n",
      "taskwerk-0.7",
    ],
    ["-", '[{"id":1,"title":"a","tags":["x"]}]', "json"],
  ])("finds out that %s with %j is %s", (name, text, format) => {
    const found = read(text, name);
    expect(found.format).toBe(format);
    expect(found.rows).toEqual([expect.objectContaining({ title: "a" })]);
  });

  it.each(["a: &a [*a]\ntasks: *a\n", "- &t {title: a, metadata: {x: *t}}\n"])(
    "refuses YAML in which an alias stands within what it names: %j",
    (text) => {
      expect(() => read(text, "x.yaml")).toThrow(
        expect.objectContaining({ code: "IMPORT_INVALID", message: expect.stringMatching(/x\.yaml line 1.*within/) }),
      );
    },
  );

  it("says so when it cannot tell, and what it could be told", () => {
    expect(() => read("once upon a time", "story.txt")).toThrow(
      expect.objectContaining({ code: "IMPORT_INVALID", hint: expect.stringContaining("--format json|ndjson") }),
    );
  });

  it("names the line and the cell that are wrong in a table", () => {
    const text =
      'title,estimate,rev,acceptance\n"two\nlines",4h,,\nb,soon,x,[{]\nc,1,1,"[x] done\n- [ ] open",surplus\n';
    expect(() => read(text, "x.csv")).toThrow(
      expect.objectContaining({
        details: {
          problems: [
            { where: "line 4", field: "estimate_minutes", message: '"soon" is no length of time' },
            { where: "line 4", field: "rev", message: '"x" is no whole number' },
            { where: "line 4", field: "acceptance", message: "is no JSON" },
            { where: "line 5", field: "", message: "has 5 cells, and the header has 4" },
          ],
          total: 4,
        },
      }),
    );
    expect(read(text.replace("soon,x,[{]", ",,").replace(",surplus", ""), "x.csv").rows).toEqual([
      { title: "two\nlines", estimate_minutes: 240 },
      { title: "b" },
      {
        title: "c",
        estimate_minutes: 1,
        rev: 1,
        acceptance: [
          { text: "done", checked: true },
          { text: "open", checked: false },
        ],
      },
    ]);
    expect(() => read("titel,tags\na,b\n", "x.csv")).toThrow(
      expect.objectContaining({
        details: { problems: [expect.objectContaining({ message: expect.stringContaining('"title"') })], total: 1 },
      }),
    );
  });

  it("says where a long file is wrong, also where all the rest of it is one text", () => {
    const long = "x,\n".repeat(4_000_000);
    const message = (text: string, name: string): string => {
      try {
        read(text, name);
      } catch (error) {
        return (error as Error).message;
      }
      return "read";
    };
    expect(message(`title,description\na,"${long}`, "x.csv")).toContain("line 2 has a quote that is not closed");
    expect(message(`"title,description\n${long}`, "x.csv")).toContain("line 1 has a quote that is not closed");
    const escaped = JSON.stringify(long);
    expect(message(`[{"title":"a","description":${escaped}},]`, "x.json")).toContain("line 1: unexpected ]");
    expect(message(`[{"title":"a","description":${escaped.slice(0, -1)}`, "x.json")).toContain("not valid JSON");
  });

  it("reads boxes to tick as tasks, deeper ones as their parts", () => {
    const { rows, places } = read(
      "# Phase 1\n\n- [x] T001 Make it\n  - [ ] inner\n    more of it\n* [ ] last\n",
      "TODO.md",
    );
    expect(rows).toEqual([
      { ref: "T001", title: "Make it", status: "done", category: "Phase 1" },
      { ref: "line 4", title: "inner", category: "Phase 1", parent: "T001", description: "more of it" },
      { ref: "line 6", title: "last", category: "Phase 1" },
    ]);
    expect(places).toEqual(["line 3", "line 4", "line 6"]);
  });

  it.each([
    ["TODO.md", (words: string) => `# ${words}\n\n- [ ] ${words}\n`],
    ["x.md", (words: string) => `## TASK-1: ${words}\n- Assignee: ${words}\n\n### Files\n\n- ${words}\n`],
    ["task-1.md", (words: string) => `---\nid: task-1\ntitle: a\nstatus: To Do\n---\n## ${words}\n- [ ] ${words}\n`],
  ])("reads %s in time that grows with its length only, whatever blanks a line has", (name, text) => {
    expect(read(text(`a${" ".repeat(300_000)}b`), name).rows).toHaveLength(1);
  });

  it("reads any YAML whole, and refuses what could be an attack", () => {
    expect(read("tasks:\n- {title: a, tags: [x]}\n- title: b\n", "x.yml")).toMatchObject({
      rows: [{ title: "a", tags: ["x"] }, { title: "b" }],
      places: ["line 2", "line 3"],
    });
    expect(() => read("- title: a\n  __proto__: {x: 1}\n", "x.yml")).toThrow(/__proto__/);
    expect(() => read(`- ${"[".repeat(5000)}`, "x.yml")).toThrow(expect.objectContaining({ code: "IMPORT_INVALID" }));
    const bomb = `a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\ntasks: [*c,*c,*c]\n`;
    expect(() => read(bomb, "x.yml")).toThrow(expect.objectContaining({ code: "IMPORT_INVALID" }));
  });
});
