import { expect, it } from "vitest";
import { globsOverlap, literalOf, mayOverlap } from "./globs.ts";

it.each<[string, string, boolean]>([
  ["src/a.ts", "src/a.ts", true],
  ["src/a.ts", "src/b.ts", false],
  ["src/**", "src/a/b.ts", true],
  ["src/**", "src", true],
  ["src/**", "srcs/a.ts", false],
  ["src/part-1/**", "src/part-2/**", false],
  ["src/part-1/**", "src/part-12/**", false],
  ["src/part-*/a.ts", "src/part-12/**", true],
  ["**/a.ts", "src/a.ts", true],
  ["**/*.ts", "src/**", true],
  ["src/*.ts", "src/a.js", false],
  ["src/{a,b}/x", "src/a/x", true],
  ["src/[ab].ts", "src/a.ts", true],
])("%s and %s can name one file: %s", (a, b, can) => {
  expect(globsOverlap(a, b)).toBe(can);
  expect(globsOverlap(b, a)).toBe(can);
  if (can) expect(mayOverlap(literalOf(a), literalOf(b))).toBe(true);
});

it("tells most pairs apart by what they begin with", () => {
  expect(mayOverlap(literalOf("src/part-1/**"), literalOf("src/part-2/**"))).toBe(false);
  expect(mayOverlap(literalOf("src/a.ts"), literalOf("docs/*"))).toBe(false);
});
