import { expect, test } from "vitest";
import type { ConfiguredGate } from "../model/gate.ts";
import { withConfigured } from "./configured.ts";
import { npmGates } from "./detect/npm.ts";

const OPTIONS = { minCoverage: 80, minChangedCoverage: 70, requireTests: false, timeoutMs: 1_000 };
const gate = (id: string, more: Partial<ConfiguredGate> = {}): ConfiguredGate => ({
  ...{ id, run: `run ${id}`, when: [], phases: ["pre", "merged"], required: true, timeoutMs: null },
  ...{ network: false, parse: "exit", report: null, origin: ".conductor.yml gates" },
  ...more,
});
const found = npmGates(
  {
    readFile: async (path) =>
      path === "package.json" ? JSON.stringify({ scripts: { lint: "x", build: "b", test: "node --test" } }) : null,
    listFiles: async () => ["package.json"],
  },
  OPTIONS,
);
const merged = async (...configured: readonly ConfiguredGate[]) => withConfigured(await found, configured, OPTIONS);

test("a configured gate takes the place of the one that was found, others come in by what they are", async () => {
  const gates = await merged(
    gate("e2e", { phases: ["merged"], required: false, timeoutMs: 5, network: true }),
    gate("test", { parse: "vitest-json", report: "out/tests.json" }),
    gate("scan", { parse: "sarif" }),
    gate("types"),
  );
  expect(gates.map(({ id, kind, run }) => `${id} ${kind}: ${run}`)).toEqual([
    "lint lint: npm run lint",
    "scan lint: run scan",
    "types types: run types",
    "build build: npm run build",
    "test test: run test",
    "coverage coverage: npm test",
    "e2e custom: run e2e",
  ]);
  expect(gates.find(({ id }) => id === "test")).toMatchObject({
    ...{ minTests: 1, report: "out/tests.json", timeoutMs: 1_000, origin: ".conductor.yml gates" },
  });
  expect(gates.at(-1)).toMatchObject({ phases: ["merged"], required: false, timeoutMs: 5, network: true, minTests: 0 });
});

test("a coverage gate has the floors that are configured, one by exit code alone has none", async () => {
  const gates = await merged(gate("coverage", { parse: "cobertura", report: "c.xml" }));
  expect(gates.at(-1)).toMatchObject({ kind: "coverage", minCoverage: 80, minChangedCoverage: 70 });
  expect((await merged(gate("coverage"))).at(-1)).toMatchObject({ kind: "coverage", minCoverage: null });
});

test("nothing configured changes nothing", async () => expect(await merged()).toBe(await found));
