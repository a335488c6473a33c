import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

describe("nearest", () => {
  it.each([
    ["statsu", ["status", "tag", "start"], "status"],
    ["lst", ["list", "start"], "list"],
    ["comp", ["complete", "cancel"], "complete"],
    ["c", ["complete", "cancel"], null],
    ["zzzz", ["complete", "cancel"], null],
    ["--jsno", ["--json", "--no-color"], "--json"],
    ["edit", ["wait", "init"], null],
    ["--on", ["--json", "--no-color"], null],
    ["lsit", ["list", "init"], "list"],
  ])("%s among %j is %s", (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant);
  });
});
