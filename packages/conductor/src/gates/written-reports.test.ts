/** Reports that a gate's command writes: into the checkout, or into a pipe of conductor's. */
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Gate, Receipt } from "../model/gate.ts";
import { available } from "../test-support/available.ts";
import { type GateProject, gateProject } from "../test-support/gate-project.ts";
import { toolGate } from "./detect/base-tree.ts";
import { runGates } from "./run-gates.ts";

vi.setConfig({ testTimeout: 60_000 });
const level = (await available()).at(-1)!;

const OPTIONS = { minCoverage: null, requireTests: false, timeoutMs: 20_000 };
const gateOf = (more: Partial<Gate>): Gate =>
  toolGate({ id: "g", kind: "lint", run: "true", origin: "a test", ...more }, OPTIONS);

async function judged(
  gates: readonly Partial<Gate>[],
  files: Readonly<Record<string, string>> = {},
  prepare: (project: GateProject) => Promise<void> = async () => undefined,
): Promise<readonly Receipt[]> {
  const project = await gateProject(onTestFinished, files, level);
  await prepare(project);
  return runGates(gates.map(gateOf), { ...project.run, changed: [] });
}

const sarif = (...levels: readonly string[]): string =>
  JSON.stringify({
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "x" } },
        results: levels.map((one, n) => ({ ruleId: `rule-${n}`, level: one, message: { text: "no" } })),
      },
    ],
  });
const GREEN = JSON.stringify({
  ...{ numTotalTests: 1, numPassedTests: 1, numFailedTests: 0, success: true },
  testResults: [{ name: "/x/a.test.js", status: "passed", assertionResults: [{ status: "passed", title: "a" }] }],
});

test("errors in a SARIF report fail the gate though its command ended well; warnings are counted", async () => {
  const [receipt] = await judged([{ run: "cp found.json out.sarif", parse: "sarif", report: "out.sarif" }], {
    "found.json": sarif("error", "warning", "warning"),
  });
  expect(receipt).toMatchObject({
    result: "fail",
    reason: "1 error, 2 warnings: rule-0 no",
    findings: { errors: 1, warnings: 2, notes: 0 },
    failures: ["rule-0 no"],
    counts: null,
  });
  const [warned] = await judged([{ run: "cp found.json out.sarif", parse: "sarif", report: "out.sarif" }], {
    "found.json": sarif("warning"),
  });
  expect(warned).toMatchObject({ result: "pass", findings: { errors: 0, warnings: 1 } });
});

test("a report can go into the pipe that the environment names, where nothing else can lie", async () => {
  const [receipt] = await judged([{ run: 'cat found.json > "$CONDUCTOR_SARIF"', parse: "sarif" }], {
    "found.json": sarif(),
  });
  expect(receipt).toMatchObject({ result: "pass", findings: { errors: 0 } });
  const [silent] = await judged([{ parse: "sarif" }]);
  expect(silent).toMatchObject({ result: "not-run", reason: expect.stringContaining("no report was written") });
});

test("a report that is promised and not there is an error, and so is one that the tree brought along", async () => {
  const gate: Partial<Gate> = { kind: "test", parse: "jest-json", report: "out/tests.json" };
  for (const files of [{}, { "out/tests.json": GREEN }, { out: "a file" }])
    expect((await judged([gate], files))[0]).toMatchObject({
      result: "error",
      reason: "the report out/tests.json was not written",
    });
  const [written] = await judged([{ ...gate, run: "cp kept.json out/tests.json" }], {
    "kept.json": GREEN,
    "out/x": "",
  });
  expect(written).toMatchObject({ result: "pass", counts: { total: 1, passed: 1 } });
});

test("a report that leads elsewhere is not followed, and what lies there stays", async () => {
  const outside = async ({ dir, root }: GateProject): Promise<void> => {
    await writeFile(join(root, "home/tests.json"), GREEN);
    await symlink(join(root, "home"), join(dir, "out"));
  };
  const gate: Partial<Gate> = { kind: "test", parse: "jest-json" };
  const [through] = await judged([{ ...gate, report: "out/tests.json" }], {}, outside);
  expect(through).toMatchObject({ result: "error", reason: expect.stringContaining("was not written") });
  const [link] = await judged([{ ...gate, report: "a.json", run: "ln -s b.json a.json" }], { "b.json": GREEN });
  expect(link).toMatchObject({ result: "error", reason: expect.stringContaining("cannot be read") });
  const [pipe] = await judged([{ ...gate, report: "a.json", run: "mkfifo a.json" }]);
  expect(pipe).toMatchObject({ result: "error", reason: "the report a.json is no plain file" });
});

test("two gates with one command share its run, and each reads its own report", async () => {
  const run = "cp t.json out-t.json && cp c.json out-c.json && echo ran >> log && test $(wc -l < log) = 1";
  const receipts = await judged(
    [
      { id: "test", kind: "test", run, parse: "vitest-json", report: "out-t.json" },
      { id: "coverage", kind: "coverage", run, parse: "istanbul", report: "out-c.json", minCoverage: 60 },
    ],
    { "t.json": GREEN, "c.json": JSON.stringify({ total: { lines: { total: 4, covered: 2 } } }) },
  );
  expect(receipts.map(({ result, reason }) => reason ?? result)).toEqual([
    "pass",
    "50 % of lines are covered, at least 60 % must be",
  ]);
});
