import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonFault } from "./json-fault.ts";
import { parseJson } from "./parse-json.ts";
import { readTasks } from "./read-tasks.ts";

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
        expect(parseJson(text).kind === "good" || !valid || text.includes("__proto__")).toBe(true);
      }),
    );
  });

  it("has a bound on depth that no stack has to find", () => {
    expect(parseJson(`${"[".repeat(200_000)}${"]".repeat(200_000)}`)).toMatchObject({ kind: "bad" });
    expect(parseJson("[".repeat(500_000))).toMatchObject({ kind: "bad", message: expect.stringContaining("nested") });
  });
});

describe("readTasks", () => {
  const read = (text: string) => readTasks(text, { name: "f", format: "auto" });

  it("reads a byte order mark, one object in an array, and a pretty document", () => {
    expect(read('\ufeff[{"title":"a"}]')).toEqual([{ title: "a" }]);
    expect(read('{\n  "tasks": [\n    {"title": "a"}\n  ]\n}\n')).toEqual([{ title: "a" }]);
    expect(read('{"tasks":[]}')).toEqual([]);
  });

  it("takes lines of objects for NDJSON and reports every bad line", () => {
    expect(read('{"title":"a"}\n\n{"title":"b"}\n')).toEqual([{ title: "a" }, { title: "b" }]);
    expect(() => read('{"title":"a"}\n{"title":}\n{"title"}\n')).toThrow(
      expect.objectContaining({
        code: "IMPORT_INVALID",
        details: {
          problems: [expect.objectContaining({ where: "line 2" }), expect.objectContaining({ where: "line 3" })],
        },
      }),
    );
  });
});
