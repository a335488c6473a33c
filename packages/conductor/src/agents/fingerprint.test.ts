import { expect, test } from "vitest";
import { resultHash, toolHash, withoutNoise } from "./fingerprint.ts";

test.each([
  ["done in 1.2 s at 2026-11-25T03:00:00.123Z", "done in 340 ms at 2026-11-26T04:10:00Z"],
  ["pid 4711: at 0x7ffe12345678", "pid 12: at 0x7ffe87654321"],
  ["wrote /tmp/abc123/out.json", "wrote /tmp/zzz/other.json"],
  ["# duration_ms 12.3", "# duration_ms 9"],
  ["(node:12) Warning", "(node:999) Warning"],
])("%s is %s without its noise", (a, b) => expect(resultHash(true, a)).toBe(resultHash(true, b)));

test.each([
  ["3 failing", "2 failing"],
  ["src/a.ts:10:5 error", "src/a.ts:11:5 error"],
  ["expected 1 to be 2", "expected 1 to be 3"],
])("%s is not %s", (a, b) => expect(resultHash(true, a)).not.toBe(resultHash(true, b)));

test("arguments are the same in any order, and success is part of a result", () => {
  expect(toolHash("a", { x: 1, y: [{ b: 1, c: 2 }] })).toBe(toolHash("a", { y: [{ c: 2, b: 1 }], x: 1 }));
  expect(toolHash("a", { x: 1 })).not.toBe(toolHash("b", { x: 1 }));
  expect(resultHash(true, "x")).not.toBe(resultHash(false, "x"));
});

test("hostile text ends at once", () => {
  for (const piece of ["1", "/tmp/", "12:34:", "pid ", "\u001b[", "2026-11-"])
    expect(typeof withoutNoise(piece.repeat(50_000))).toBe("string");
});
