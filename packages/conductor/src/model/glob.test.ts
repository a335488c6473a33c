import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesAny, matchGlob } from "./glob.ts";

test.each([
  ["src/**", "src/a/b.ts", true],
  ["src/**", "src", false],
  ["**/*.ts", "a.ts", true],
  ["**/*.ts", "x/y/a.ts", true],
  ["*.ts", "x/y/a.ts", true],
  ["src/*.ts", "src/a/b.ts", false],
  ["src/**/test/*.js", "src/test/a.js", true],
  ["src/**/test/*.js", "src/a/b/test/a.js", true],
  [".github/", ".github/workflows/ci.yml", true],
  ["package.json", "packages/a/package.json", true],
  ["./package.json", "package.json", true],
  ["a?c", "abc", true],
  ["a?c", "a/c", false],
  ["*.{ts,tsx}", "web/a.tsx", true],
  ["*.{ts,tsx}", "web/a.js", false],
  ["tsconfig*.json", "tsconfig.build.json", true],
  ["**", "a/b", true],
  ["", "a", false],
  ["a.b", "aXb", false],
])("%s on %s is %s", (glob, path, expected) => expect(matchGlob(glob, path)).toBe(expected));

test("a path without wildcards matches itself and nothing that is longer", () => {
  const segment = fc.stringMatching(/^[a-z0-9._-]{1,8}$/);
  fc.assert(
    fc.property(fc.array(segment, { minLength: 2, maxLength: 5 }), (segments) => {
      const path = segments.join("/");
      return matchGlob(path, path.replace(/^\.\//, "")) && !matchGlob(path, `${path}x`) && matchGlob("**", path);
    }),
  );
});

test("a hostile pattern ends at once", () => {
  expect(matchGlob(`${"*a".repeat(400)}b`, "a".repeat(4_000))).toBe(false);
  expect(matchGlob(`${"**/a/".repeat(150)}b`, "a/".repeat(1_500))).toBe(false);
  expect(matchGlob("{a,b}".repeat(40), "a")).toBe(false);
  expect(matchesAny([], "a")).toBe(false);
});
