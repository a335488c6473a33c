import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepNames } from "../gates/names-of-tests.ts";
import type { Receipt } from "../model/gate.ts";
import { sampleReceipt } from "../model/sample-facts.ts";
import { testsBetween } from "./tests-between.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tests-between-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

let ids = 0;
async function named(gate: string, passed: readonly string[], skipped: readonly string[] = []): Promise<Receipt> {
  ids += 1;
  const tests = await keepNames(join(dir, `${ids}.json.gz`), { passed, failed: [], skipped });
  return sampleReceipt(`r${ids}`, { gate, tests });
}

it("names the tests of the base that are gone and that are skipped now, gate by gate", async () => {
  const before = [await named("unit", ["a", "b", "c"], ["s"]), await named("web", ["a", "w"])];
  const after = [await named("web", ["w", "new"]), await named("unit", ["a"], ["b", "s"])];
  expect(await testsBetween(before, after)).toEqual({ removed: ["c", "a"], skipped: ["b"] });
  expect(await testsBetween(before, before)).toEqual({ removed: [], skipped: [] });
});

it("knows nothing where a gate of the base names no tests, ran no more, or where its list is not what was written", async () => {
  const [unit, web] = [await named("unit", ["a"]), await named("web", ["w"])];
  expect(await testsBetween([unit, web], [unit])).toBeNull();
  expect(await testsBetween([unit, sampleReceipt("plain", { gate: "web" })], [unit, web])).toBeNull();
  expect(await testsBetween([], [unit])).toBeNull();
  const other = { ...unit, id: "other", tests: { ...unit.tests!, sha256: "0".repeat(64) } };
  expect(await testsBetween([other], [unit])).toBeNull();
});
