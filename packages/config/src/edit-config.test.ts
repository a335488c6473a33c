import { describe, expect, it } from "vitest";
import { editConfig } from "./edit-config.ts";

const TEXT = "# mine\norchestration:\n  # two at once\n  concurrency: 2 # not more\n  agent: claude\n";

describe("editing a configuration", () => {
  it("changes a value and nothing else", () => {
    expect(editConfig(TEXT, "orchestration.concurrency", 4)).toBe(TEXT.replace("concurrency: 2", "concurrency: 4"));
  });

  it("leaves the layout of everything else as it is, also where it is unusual", () => {
    const odd = `a:   {b: 1,   c: 'x'}   # one\ngates: # two\n    timeout: "5m"\nlong: ${"word ".repeat(40)}end\n`;
    expect(editConfig(odd, "gates.timeout", "9m")).toBe(odd.replace('"5m"', "9m"));
    expect(editConfig(odd, "a.b", 2)).toBe(odd.replace("b: 1", "b: 2"));
    expect(editConfig(odd, "more", true)).toContain(`long: ${"word ".repeat(40)}end\nmore: true\n`);
  });

  it("quotes a text that would be something else", () => {
    expect(editConfig("a: x\n", "a", "yes: no")).toBe('a: "yes: no"\n');
    expect(editConfig("a: x\n", "a", "12")).toBe('a: "12"\n');
  });

  it.each([
    ["a:\n", "a", 2, "a: 2\n"],
    ["w:\n  a: # later\n  b: 1\n", "w.a", "x", "w:\n  a: x # later\n  b: 1\n"],
    ["w: {a: x, b: 1}\n", "w.a", "http://h/?x=[1,2]", 'w: { a: "http://h/?x=[1,2]", b: 1 }\n'],
    ["a: x\nb: 1\n", "a", "two\nlines", "a: two\n\n  lines\nb: 1\n"],
  ])("of %j writes %s as what it is", (text, key, value, edited) => {
    expect(editConfig(text, key, value)).toBe(edited);
  });

  it("opens a part that stands there empty, and keeps what is commented out in it", () => {
    const empty = "webhooks:\n  # task_created: http://h/\nother: 1\n";
    expect(editConfig(empty, "webhooks.task_updated", "http://i/")).toBe(
      empty.replace("other", "  task_updated: http://i/\nother"),
    );
    expect(editConfig("a:\n", "a.b.c", 1)).toBe("a:\n  b:\n    c: 1\n");
  });

  it("adds a key, and the parts that it needs", () => {
    expect(editConfig(TEXT, "budget.session_usd", 5)).toBe(`${TEXT}budget:\n  session_usd: 5\n`);
    expect(editConfig("", "gates.timeout", "5m")).toBe("gates:\n  timeout: 5m\n");
    expect(editConfig("# only this\n", "gates.timeout", "5m")).toContain("# only this");
  });

  it("writes a list of records", () => {
    expect(editConfig("", "gates", [{ id: "a", run: "x", when: ["src/**"] }])).toBe(
      "gates:\n  - id: a\n    run: x\n    when:\n      - src/**\n",
    );
  });

  it("takes a key out, and what is empty then", () => {
    expect(editConfig(TEXT, "orchestration.agent", null)).toBe(TEXT.replace("  agent: claude\n", ""));
    expect(editConfig("gates:\n  timeout: 5m\n", "gates.timeout", null)).toBe("");
    expect(editConfig(TEXT, "budget.session_usd", null)).toBe(TEXT);
  });
});
