import { describe, expect, it } from "vitest";
import { newDependencies } from "./dependencies.ts";

const manifest = (value: unknown): string => JSON.stringify(value);

describe("new dependencies", () => {
  it.each([
    [
      "nothing",
      manifest({ dependencies: { a: "^1" } }),
      manifest({ dependencies: { a: "^1" }, scripts: { x: "y" } }),
      [],
    ],
    ["a package", manifest({}), manifest({ devDependencies: { b: "2" } }), ["b@2"]],
    ["another version", manifest({ dependencies: { a: "^1" } }), manifest({ dependencies: { a: "^2" } }), ["a@^2"]],
    ["an override", manifest({}), manifest({ overrides: { a: { b: "1" } } }), ['a@{"b":"1"}']],
    [
      "a move between kinds",
      manifest({ dependencies: { a: "1" } }),
      manifest({ devDependencies: { a: "1" } }),
      ["a@1"],
    ],
    ["one less", manifest({ dependencies: { a: "1" } }), manifest({}), []],
    ["a first manifest", null, manifest({ dependencies: { a: "1" } }), ["a@1"]],
    ["one that was deleted", manifest({ dependencies: { a: "1" } }), null, []],
    ["no JSON", manifest({}), "{", null],
    ["no object", manifest({}), "[1]", null],
  ])("of %s", (_, before, after, found) => {
    expect(newDependencies(before, after)).toEqual(found);
  });
});
