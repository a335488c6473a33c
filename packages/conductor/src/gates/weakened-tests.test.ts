import { describe, expect, it } from "vitest";
import { weakenings } from "./weakened-tests.ts";

const rules = (...changes: Parameters<typeof weakenings>[0]) => weakenings(changes).map(({ rule }) => rule);
const text = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;
const TWO = text(
  'test("a", () => {',
  "  assert.equal(sum(1, 2), 3);",
  "});",
  'test("b", () => { expect(sum(0, 0)).toBe(0); });',
);

describe("weakened tests", () => {
  it("notices a deleted file, unless its assertions moved to another one", () => {
    expect(rules({ path: "a.test.js", before: TWO, after: null })).toEqual(["test-file-gone"]);
    expect(
      rules(
        { path: "a.test.js", before: TWO, after: null },
        { path: "b.test.js", before: null, after: `// moved\n${TWO}` },
      ),
    ).toEqual([]);
    expect(rules({ path: "test/helper.js", before: "export const x = 1;\n", after: null })).toEqual([]);
    expect(rules({ path: "test_a.py", before: "def test_a():\n    run()\n", after: null })).toEqual(["test-file-gone"]);
  });

  it.each([
    ["an assertion is taken out", TWO.replace("  assert.equal(sum(1, 2), 3);\n", "")],
    ["its expectation is changed to what the code does", TWO.replace("3)", "4)")],
    ["it is made weaker", TWO.replace("assert.equal(sum(1, 2), 3)", "assert.ok(sum(1, 2))")],
    ["it is commented out", TWO.replace("  assert.equal(", "  // assert.equal(")],
  ])("notices when %s", (_, after) => {
    expect(rules({ path: "a.test.js", before: TWO, after })).toEqual(["assertions-gone"]);
  });

  it.each([
    ["test.skip", TWO.replace('test("a"', 'test.skip("a"')],
    ["an only that silences the others", TWO.replace('test("b"', 'test.only("b"')],
    ["an option", TWO.replace('test("a", ', 'test("a", { skip: true }, ')],
    ["todo", TWO.replace('test("a"', 'it.todo("a"')],
  ])("notices %s", (_, after) => {
    expect(rules({ path: "a.test.js", before: TWO, after })).toContain("skips-tests");
  });

  it.each([
    [
      "test_a.py",
      "def test_a(self):\n    self.assertEqual(1, 1)\n",
      "@unittest.skip('x')\ndef test_a(self):\n    self.assertEqual(1, 1)\n",
    ],
    [
      "a_test.go",
      'func TestA(t *testing.T) {\n\tt.Fatal("x")\n}\n',
      'func TestA(t *testing.T) {\n\tt.Skip()\n\tt.Fatal("x")\n}\n',
    ],
    ["tests/a.rs", "#[test]\nfn a() { assert_eq!(1, 1); }\n", "#[test]\n#[ignore]\nfn a() { assert_eq!(1, 1); }\n"],
  ])("notices a skipped test in %s", (path, before, after) => {
    expect(rules({ path, before, after })).toEqual(["skips-tests"]);
  });

  it("says nothing about tests that are added, moved within a file or indented otherwise", () => {
    expect(rules({ path: "a.test.js", before: TWO, after: `${TWO}test("c", () => assert.equal(1, 1));\n` })).toEqual(
      [],
    );
    expect(
      rules({
        path: "a.test.js",
        before: TWO,
        after: text(...TWO.trim().split("\n").reverse()).replaceAll("  ", "\t"),
      }),
    ).toEqual([]);
    expect(rules({ path: "a.test.js", before: null, after: TWO })).toEqual([]);
  });

  it("counts one assertion that stands twice as two", () => {
    const line = "assert.equal(1, 1);\n";
    expect(rules({ path: "a.test.js", before: line + line, after: line })).toEqual(["assertions-gone"]);
  });
});
