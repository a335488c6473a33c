import assert from "node:assert/strict";
import { test } from "node:test";
import { name, render } from "../src/reports/table.mjs";

const result = (file, line, target, problem) => ({ file, line, target, problem });

test("prints broken links in columns, and how many there are", () => {
  const results = [
    result("a.md", 7, "one.md", "no such file"),
    result("a.md", 8, "good.md", null),
    result("docs/long.md", 120, "https://example.org/", "answers 404"),
  ];
  assert.equal(
    render(results),
    [
      "FILE          LINE  LINK                  PROBLEM",
      "a.md             7  one.md                no such file",
      "docs/long.md   120  https://example.org/  answers 404",
      "",
      "2 of 3 links are broken.",
      "",
    ].join("\n"),
  );
});

test("cuts long links in their middle", () => {
  const target = `https://example.org/${"x".repeat(200)}/the-end`;
  const [, line] = render([result("a.md", 1, target, "answers 404")]).split("\n");
  assert.equal(line.length, 100);
  assert.match(line, /https:\/\/example\.org\/x+\.\.\.x+\/the-end {2}answers 404$/);
});

test("is never wider than 100 characters", () => {
  const long = "y".repeat(150);
  for (const line of render([result(long, 123456, long, long)]).split("\n")) assert.ok(line.length <= 100, line);
});

test("prints no table where nothing is broken", () => {
  assert.equal(render([result("a.md", 1, "b.md", null)]), "None of 1 link is broken.\n");
});

test("is found by its name", () => {
  assert.equal(name, "table");
});
