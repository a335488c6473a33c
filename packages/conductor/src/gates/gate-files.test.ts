import { expect, test } from "vitest";
import { changedGateFiles, changedKeys, gateFileDigests } from "./gate-files.ts";

const tree = (files: Record<string, string>) => ({
  readFile: async (path: string) => files[path] ?? null,
  listFiles: async () => Object.keys(files),
});
const changedOf = async (
  before: Record<string, string>,
  after: Record<string, string>,
  commands: readonly string[] = [],
) => {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (path) => before[path] !== after[path],
  );
  return (
    await changedGateFiles(
      paths.map((path) => ({ path })),
      tree(before),
      tree(after),
      commands,
    )
  ).map(({ path, keys }) => [path, ...keys].join(" "));
};

test.each([
  "eslint.config.js",
  ".github/workflows/ci.yml",
  "tsconfig.json",
  "packages/a/tsconfig.build.json",
  "vitest.config.ts",
  ".npmrc",
  "node_modules/.bin/node",
  "packages/a/node_modules/x/index.js",
  ".c8rc.json",
  "biome.json",
  "Makefile",
  ".conductor.yml",
  ".husky/pre-commit",
])("%s is a gate file", async (path) => expect(await changedOf({}, { [path]: "x" })).toEqual([path]));

test("sources, tests and documents are none", async () => {
  expect(
    await changedOf({}, { "src/a.js": "x", "test/a.test.js": "x", "README.md": "x", "package-lock.json": "{}" }),
  ).toEqual([]);
});

test("package.json counts when what gates read differs in meaning, not when it is laid out anew", async () => {
  const before = { "package.json": '{"name":"a","scripts":{"test":"node --test","lint":"x"},"dependencies":{}}' };
  expect(
    await changedOf(before, {
      "package.json": '{\n "scripts": {"lint":"x", "test":"node --test"}, "name":"b", "dependencies":{"y":"1"}}',
    }),
  ).toEqual([]);
  expect(await changedOf(before, { "package.json": '{"scripts":{"test":"true","lint":"x"}}' })).toEqual([
    "package.json scripts",
  ]);
  expect(
    await changedOf(before, { "package.json": '{"scripts":{"test":"node --test","lint":"x","pretest":"rm -r test"}}' }),
  ).toEqual(["package.json scripts"]);
  expect(await changedOf(before, { "package.json": "{" })).toEqual(["package.json (unreadable)"]);
  expect(await changedOf(before, {})).toEqual(["package.json scripts"]);
  expect(changedKeys(null, '{"c8":{"lines":10}}')).toEqual(["c8"]);
});

test("a file that a script of the base runs is a gate file, the tests themselves are not", async () => {
  const before = {
    "package.json": '{"scripts":{"test":"node ./scripts/check.mjs test/a.test.js","lint":"sh tools/lint.sh"}}',
  };
  const after = { ...before, "scripts/check.mjs": "1", "tools/lint.sh": "1", "test/a.test.js": "1" };
  expect(await changedOf(before, after)).toEqual(["scripts/check.mjs", "tools/lint.sh"]);
});

test("a file that the command of a configured gate runs is a gate file too", async () => {
  const after = { "tools/scan.sh": "1", "src/a.js": "1" };
  expect(await changedOf({}, after, ["sh ./tools/scan.sh src"])).toEqual(["tools/scan.sh"]);
  expect(Object.keys(await gateFileDigests(tree(after), ["sh ./tools/scan.sh src"]))).toEqual(["tools/scan.sh"]);
});

test("digests cover gate files only, and a manifest by its meaning", async () => {
  const one = await gateFileDigests(
    tree({ "package.json": '{"scripts":{"a":"1"},"version":"1"}', ".npmrc": "x", "src/a.js": "y" }),
  );
  const two = await gateFileDigests(
    tree({ "package.json": '{"version":"2","scripts":{"a":"1"}}', ".npmrc": "x", "src/a.js": "z" }),
  );
  expect(Object.keys(one)).toEqual(["package.json", ".npmrc"]);
  expect(two).toEqual(one);
});
