/** This very repository, as a project that comes to be judged. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { detectGates } from "./detect.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const tree = {
  readFile: (path: string) => readFile(join(ROOT, path), "utf8").catch(() => null),
  // Not git's list: where a gate runs these tests, there is no repository around them.
  listFiles: async () =>
    (await readdir(ROOT, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name),
};

test("its lint, types, build, tests and coverage are found, its tests are counted and its coverage is measured", async () => {
  const gates = await detectGates(tree, { minCoverage: null, requireTests: true, timeoutMs: 1_000 });
  expect(gates.map(({ id, kind, run, parse }) => `${id} ${kind}: ${run} (${parse})`)).toEqual([
    "lint lint: npm run lint (exit)",
    "types types: npm run types (exit)",
    "build build: npm run build (exit)",
    "test test: npm test (vitest-json)",
    "coverage coverage: npm run coverage (istanbul)",
  ]);
  expect(gates.find(({ id }) => id === "test")).toMatchObject({ required: true, minTests: 1 });
});
