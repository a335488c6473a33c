import { describe, expect, it } from "vitest";
import { globsOverlap } from "./glob-overlap.ts";

describe("two globs", () => {
  it.each([
    ["src/a.ts", "src/a.ts"],
    ["src", "src/a.ts"],
    ["src/**", "src/fetch/limit.ts"],
    ["src/**/*.ts", "src/a.ts"],
    ["src/*.ts", "src/a.*"],
    ["**/index.ts", "src/**"],
    ["src/{a,b}.ts", "src/c.ts"],
    ["src/[ab].ts", "src/b.ts"],
    ["./src/", "src/a"],
    ["*", "README.md"],
    ["a?c", "abc"],
    ["**", "anything/at/all"],
  ])("%s and %s may mean the same file", (one, other) => {
    expect([globsOverlap(one, other), globsOverlap(other, one)]).toEqual([true, true]);
  });

  it.each([
    ["src/a.ts", "src/b.ts"],
    ["src/a", "src/ab"],
    ["src/*.ts", "src/deep/a.ts"],
    ["src/*.ts", "src/*.js"],
    ["docs/**", "src/**"],
    ["src/**/*.ts", "src/**/*.md"],
    ["*", "src/a.ts"],
    ["a?c", "abbc"],
  ])("%s and %s mean different files", (one, other) => {
    expect([globsOverlap(one, other), globsOverlap(other, one)]).toEqual([false, false]);
  });
});
