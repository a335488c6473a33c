import { describe, expect, it } from "vitest";
import { failingTests, fingerprintText } from "./fingerprint.ts";

describe("tests that failed", () => {
  it.each<[string, string, readonly string[]]>([
    ["tap", "TAP version 13\nok 1 - sums\nnot ok 2 - rounds half even\n# tests 2\n# pass 1", ["rounds half even"]],
    ["node", "✔ sums (0.4ms)\n✖ rounds half even (1.2ms)\nℹ tests 2\nℹ pass 1", ["rounds half even"]],
    ["vitest", " ✓ a.test.ts (3 tests) 4ms\n Tests  3 passed (3)", []],
    ["vitest, red", "   × sums > zero 3ms\n Tests  1 failed | 2 passed (3)", ["sums > zero"]],
    ["jest", "  ● sums › zero\n\nTests:       1 failed, 2 passed, 3 total", ["sums › zero"]],
    [
      "pytest",
      "FAILED tests/test_a.py::test_sum - assert 1 == 2\n=== 1 failed, 2 passed in 0.1s ===",
      ["tests/test_a.py::test_sum"],
    ],
    ["go", "--- FAIL: TestSum (0.00s)\nFAIL\nFAIL\texample.org/a\t0.1s", ["TestSum", "example.org/a"]],
    ["cargo", "test sums ... ok\ntest rounds ... FAILED\ntest result: FAILED. 1 passed; 1 failed", ["rounds"]],
  ])("are read from what %s prints", (_, output, names) => expect(failingTests(output)).toEqual(names));

  it.each(["src/a.ts\nsrc/b.ts", "", "all good", "ok then"])("are unknown where no runner spoke: %j", (output) =>
    expect(failingTests(output)).toBeNull(),
  );

  it("are found quickly in hostile text", () => {
    for (const piece of ["✖ ", "not ok 1 - ", "=".repeat(50), "FAIL ", "\n", "Tests: "])
      expect(() => failingTests(piece.repeat(20_000))).not.toThrow();
  });
});

it("a fingerprint differs in each of its parts", () => {
  const one = { action: "a", result: "r", tree: "t", failing: "f", gates: "g" };
  const others = Object.keys(one).map((key) => fingerprintText({ ...one, [key]: "x" }));
  expect(new Set([fingerprintText(one), ...others]).size).toBe(6);
});
