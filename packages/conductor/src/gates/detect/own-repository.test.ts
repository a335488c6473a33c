/** This very repository, as a project that comes to be judged. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { detectGates } from "./detect.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const tree = {
  readFile: (path: string) => readFile(join(ROOT, path), "utf8").catch(() => null),
  listFiles: async () =>
    execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
      .split("\0")
      .filter((path) => path !== ""),
};

test("its lint, types, build, tests and coverage are found, and its tests are counted", async () => {
  const gates = await detectGates(tree, { minCoverage: null, requireTests: true, timeoutMs: 1_000 });
  expect(gates.map(({ id, kind, run, parse }) => `${id} ${kind}: ${run} (${parse})`)).toEqual([
    "lint lint: npm run lint (exit)",
    "types types: npm run types (exit)",
    "build build: npm run build (exit)",
    "test test: npm test (vitest-json)",
    "coverage coverage: npm run coverage (exit)",
  ]);
  expect(gates.find(({ id }) => id === "test")).toMatchObject({ required: true, minTests: 1 });
});
