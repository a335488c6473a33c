import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Gate, Receipt } from "../model/gate.ts";
import { available } from "../test-support/available.ts";
import { gateProject } from "../test-support/gate-project.ts";
import { detectGates } from "./detect/detect.ts";
import { runGates } from "./run-gates.ts";

const SUM = "export const sum = (a, b) => a + b;\nexport function unused() {\n  return 1;\n}\n";
const HEAD = 'import test from "node:test";\nimport assert from "node:assert";\nimport { sum } from "../src/sum.js";\n';
const GREEN = `${HEAD}test("adds", () => assert.equal(sum(1, 2), 3));\ntest("adds again", () => assert.equal(sum(2, 2), 4));\n`;

const manifest = (scripts: Record<string, string>): string => JSON.stringify({ name: "p", type: "module", scripts });

interface Judged {
  readonly receipts: readonly Receipt[];
  readonly of: (gate: string) => Receipt;
  readonly gates: readonly Gate[];
}

vi.setConfig({ testTimeout: 60_000 });
const levels = await available();

describe.each(levels)("gates, sandbox level %s", (level) => {
  // What does not depend on the boundary is tried at the strongest only.
  const once = test.skipIf(level !== levels.at(-1));

  async function judged(
    files: Record<string, string>,
    options: {
      scripts?: Record<string, string>;
      minCoverage?: number;
      timeoutMs?: number;
      requireTests?: boolean;
    } = {},
  ): Promise<Judged> {
    const project = await gateProject(
      onTestFinished,
      { "package.json": manifest(options.scripts ?? { test: "node --test" }), "src/sum.js": SUM, ...files },
      level,
    );
    const gates = await detectGates(project.tree, {
      minCoverage: options.minCoverage ?? null,
      requireTests: options.requireTests ?? false,
      timeoutMs: options.timeoutMs ?? 60_000,
    });
    const receipts = await runGates(gates, { ...project.run, changed: ["src/sum.js"] });
    expect((await readdir(join(project.root, "reports"))).filter((name) => name.length === 32)).toEqual([]);
    return { receipts, gates, of: (id) => receipts.find((receipt) => receipt.gate === id)! };
  }

  test("a green project passes, is counted, and its coverage is measured in the same run", async () => {
    const { receipts, of } = await judged({ "test/sum.test.js": GREEN });
    expect(receipts.map((one) => [one.gate, one.result, one.reason])).toEqual([
      ["test", "pass", null],
      ["coverage", "pass", null],
    ]);
    expect(of("test").counts).toEqual({ total: 2, passed: 2, failed: 0, skipped: 0 });
    // Four lines in src/sum.js, two of them inside the function that nobody calls; the test file is left out.
    expect(of("coverage").coverage).toEqual({ linesTotal: 4, linesCovered: 2, percent: 50 });
    expect(of("test").excerpt).toContain("adds again");
    expect(of("test").logSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(of("test").durationMs).toBe(of("coverage").durationMs);
  });

  once("coverage below the floor fails, and says both figures", async () => {
    const { of } = await judged({ "test/sum.test.js": GREEN }, { minCoverage: 80 });
    expect(of("test").result).toBe("pass");
    expect(of("coverage")).toMatchObject({
      result: "fail",
      reason: "50 % of lines are covered, at least 80 % must be",
    });
  });

  once(
    "a receipt of coverage counts the lines of the change that it measured, and has no such count without one",
    async () => {
      const project = await gateProject(
        onTestFinished,
        { "package.json": manifest({ test: "node --test" }), "src/sum.js": SUM, "test/sum.test.js": GREEN },
        level,
      );
      const gates = await detectGates(project.tree, { minCoverage: null, requireTests: false, timeoutMs: 60_000 });
      const changedLinesOf = async (changedLines: ReadonlyMap<string, ReadonlySet<number>>) =>
        (await runGates(gates, { ...project.run, changed: [], changedLines })).map((one) => one.changedLines);
      // Of the function that nobody calls only its body is never reached; tests are no code that tests cover.
      const added = new Map([
        ["src/sum.js", new Set([1, 3])],
        ["test/sum.test.js", new Set([1])],
      ]);
      expect(await changedLinesOf(added)).toEqual([undefined, { total: 2, covered: 1 }]);
      expect(await changedLinesOf(new Map([["readme.md", new Set([1])]]))).toEqual([undefined, undefined]);
    },
  );

  test("a red project fails and names the failing tests; the log shows why", async () => {
    const { of } = await judged({
      "test/sum.test.js": `${GREEN}test("is wrong", () => assert.equal(sum(1, 1), 3));\ntest("later", { skip: true }, () => {});\n`,
    });
    expect(of("test")).toMatchObject({
      result: "fail",
      reason: "1 of 4 tests failed",
      failures: ["is wrong"],
      counts: { total: 4, passed: 2, failed: 1, skipped: 1 },
    });
    expect(of("test").excerpt).toContain("is wrong");
  });

  once(
    "a test that fails and passes in a second run of the same tree is flaky: it passes, and the receipt says so",
    async () => {
      const files = (expected: number) => ({
        "package.json": manifest({ test: "node --test" }),
        "src/sum.js": SUM,
        "test/sum.test.js": `${GREEN}test("now and then", () => assert.equal(sum(1, 1), ${expected}));\n`,
      });
      const [red, green] = [
        await gateProject(onTestFinished, files(3), level),
        await gateProject(onTestFinished, files(2), level),
      ];
      const gates = await detectGates(red.tree, { minCoverage: null, requireTests: false, timeoutMs: 60_000 });
      const run = (again: typeof green.run) =>
        runGates(gates, { ...red.run, changed: ["src/sum.js"], again: async () => again });
      const [test, coverage] = await run(green.run);
      expect(test).toMatchObject({ result: "pass", flaky: ["now and then"], failures: [] });
      expect(coverage).toMatchObject({ result: "pass" });
      expect((await run(red.run))[0]).toMatchObject({ result: "fail", failures: ["now and then"] });
    },
  );

  once(
    "tests that failed on the base too do not count; another one does, and so does a red exit code without them",
    async () => {
      const project = await gateProject(
        onTestFinished,
        {
          "package.json": manifest({ test: "node --test" }),
          "src/sum.js": SUM,
          "test/sum.test.js": `${GREEN}test("old", () => assert.equal(1, 2));\n`,
        },
        level,
      );
      const gates = await detectGates(project.tree, { minCoverage: 10, requireTests: false, timeoutMs: 60_000 });
      const judgedWith = (redBefore: readonly string[]) =>
        runGates(
          gates.map((gate) => ({ ...gate, redBefore })),
          { ...project.run, changed: ["src/sum.js"] },
        );
      const [test, coverage] = await judgedWith(["old", "older"]);
      expect(test).toMatchObject({ result: "pass", failures: ["old"], counts: { failed: 1 } });
      expect(coverage).toMatchObject({ result: "pass" });
      expect((await judgedWith(["older"])).map(({ result }) => result)).toEqual(["fail", "fail"]);
    },
  );

  once("only skipped tests are no tests", async () => {
    const { of } = await judged({ "test/sum.test.js": `${HEAD}test("later", { skip: true }, () => {});` });
    expect(of("test")).toMatchObject({ result: "not-run", reason: expect.stringContaining("0 tests ran") });
  });

  once("no test files at all is not run", async () => {
    expect((await judged({})).of("test")).toMatchObject({ result: "not-run" });
  });

  once("lint, types and build run before tests, and a red one is red", async () => {
    const { receipts } = await judged(
      { "test/sum.test.js": GREEN },
      {
        scripts: {
          test: "node --test",
          build: "node -e 1",
          typecheck: "no-such-type-checker --strict",
          lint: "node -e \"console.log('src/sum.js:1 unused'); process.exit(1)\"",
          "format:check": "npm run no-such-script",
        },
      },
    );
    expect(receipts.map((one) => [one.gate, one.result])).toEqual([
      ["format", "not-run"],
      ["lint", "fail"],
      ["types", "not-run"],
      ["build", "pass"],
      ["test", "pass"],
      ["coverage", "pass"],
    ]);
    expect(receipts[1]!.excerpt).toContain("unused");
  });

  once("a script that is gone from the tree is not run", async () => {
    const project = await gateProject(onTestFinished, { "package.json": manifest({}) }, level);
    const [gate] = await detectGates(
      { ...project.tree, readFile: async (path) => (path === "package.json" ? manifest({ lint: "true" }) : null) },
      { minCoverage: null, requireTests: false, timeoutMs: 60_000 },
    );
    const [receipt] = await runGates([gate!], { ...project.run, changed: [] });
    expect(receipt).toMatchObject({ result: "not-run", reason: "package.json has no such script" });
  });

  test("a test file that exits early does not pass, at its top or in the middle, alone or among others", async () => {
    const top = `${HEAD}console.log("ok 1 - all passed");\nprocess.exit(0);\ntest("never", () => {});\n`;
    const middle = `${HEAD}test("one", () => {});\ntest("two", () => process.exit(0));\ntest("three", () => assert.fail());\n`;
    expect((await judged({ "test/a.test.js": top })).of("test").result).not.toBe("pass");
    const among = (await judged({ "test/a.test.js": middle, "test/sum.test.js": GREEN })).of("test");
    expect(among).toMatchObject({ result: "fail", reason: expect.stringContaining("ended before its tests ran") });
  });

  once("a helper without tests beside real tests is no failure", async () => {
    const { of } = await judged({ "test/helper.js": "export const x = 1;\n", "test/sum.test.js": GREEN });
    expect(of("test")).toMatchObject({ result: "pass", counts: { total: 2 } });
  });

  once("printing success is not passing", async () => {
    const { of } = await judged(
      {},
      { scripts: { test: "node --test || echo '# tests 5'; echo '# pass 5'; echo '1..5'", lint: "true" } },
    );
    expect(of("test").result).toBe("not-run");
  });

  test("a report written to a guessed place, or added to the runner's own, passes nothing", async () => {
    const forged = `import { writeFileSync } from "node:fs";
const xml = '<testsuites><testcase name="forged"/></testsuites><!--';
for (const path of ["junit.xml", "report.xml", "../reports/junit", "../reports/junit.xml"])
  try { writeFileSync(path, xml); } catch {}
const told = /test-reporter-destination=(\\S+)/.exec(process.env.NODE_OPTIONS ?? "")?.[1];
writeFileSync(told, xml);
`;
    const { of } = await judged({
      "test/a.test.js": `${HEAD}${forged.replace(/^import.*\n/, 'import { writeFileSync } from "node:fs";\n')}test("bad", () => assert.fail());`,
    });
    expect(of("test").result).not.toBe("pass");
  });

  once.each([
    '<testsuites><testcase name="forged"/></testsuites>',
    '<testcase name="forged"/>',
    '<testcase name="forged"/><!-- tests 1 -->',
  ])("a file without tests gains nothing by writing %s into the report", async (forged) => {
    const { of } = await judged({
      "test/a.test.js": `import { writeFileSync } from "node:fs";
const told = /test-reporter-destination=(\\S+)/.exec(process.env.NODE_OPTIONS ?? "")?.[1];
writeFileSync(told, ${JSON.stringify(forged)}, { flag: "a" });`,
    });
    expect(of("test").result).not.toBe("pass");
    expect(of("test").reason).toMatch(/more tests than|twice|into another|starts with <testcase>|beside the runner's/);
  });

  once("subtests, nested suites and skipped suites are counted without complaint", async () => {
    const { of } = await judged({
      "test/a.test.js": `import test, { describe, it } from "node:test";
test("parent", async (t) => { await t.test("one", () => {}); await t.test("two", (u) => u.test("deep", () => {})); });
describe("s", () => { describe("t", () => { it("x", () => {}); it.todo("y"); }); });
describe.skip("never", () => { it("z", () => {}); });
describe("empty", () => {});`,
      "test/helper.js": "export const x = 1;",
    });
    expect(of("test")).toMatchObject({ result: "pass", counts: { failed: 0 } });
  });

  test("a runner that is killed leaves no pass", async () => {
    const { of } = await judged({
      "test/a.test.js": `${HEAD}process.kill(process.ppid, "SIGKILL");\ntest("x", () => {});`,
    });
    expect(["fail", "error"]).toContain(of("test").result);
  });

  test("what does not end in time is an error, not a failure", async () => {
    const { of } = await judged(
      { "test/a.test.js": `${HEAD}test("hangs", () => new Promise((done) => setTimeout(done, 60_000)));` },
      { timeoutMs: 1_500 },
    );
    expect(of("test")).toMatchObject({ result: "error", reason: expect.stringContaining("did not end within") });
  });

  test("a daemon that is left behind holds nothing up", async () => {
    const daemon = `import { spawn } from "node:child_process";
test("leaves", () => { spawn("sleep", ["120"], { stdio: "ignore" }).unref(); });`;
    const { of } = await judged({ "test/a.test.js": `${HEAD}${daemon}` }, { timeoutMs: 20_000 });
    expect(of("test").result).toBe("pass");
  });

  once("a flood of output is cut, its head and tail are kept, and the verdict stands", async () => {
    const flood = `for (let i = 0; i < 60_000; i++) console.log("x".repeat(100));\ntest("floods", () => {});`;
    const { of } = await judged({ "test/a.test.js": `${HEAD}${flood}` });
    expect(of("test").result).toBe("pass");
    const log = await readFile(of("test").logPath, "utf8").catch(() => "");
    expect(log.length).toBeLessThan(2_300_000);
    expect(log).toContain("characters dropped");
  });

  once("known secret values are in no log, excerpt or name", async () => {
    const { of } = await judged({
      "test/a.test.js": `${HEAD}console.log("hunter2-canary");\ntest("says hunter2-canary", () => assert.fail("hunter2-canary"));`,
    });
    expect(JSON.stringify(of("test"))).not.toContain("hunter2");
    expect(of("test").failures).toEqual(["says [redacted]"]);
    expect(await readFile(of("test").logPath, "utf8")).not.toContain("hunter2");
  });

  once("a runner that is not known speaks through its exit code, unless tests are required", async () => {
    const scripts = { test: 'node -e "process.exit(0)"' };
    const free = await judged({}, { scripts });
    expect(free.of("test")).toMatchObject({ result: "pass", counts: null });
    const strict = await judged({}, { scripts, requireTests: true });
    expect(strict.of("test")).toMatchObject({ result: "not-run", counts: null });
  });

  once("a receipt for the same tree and configuration is used again, another tree is judged anew", async () => {
    const project = await gateProject(onTestFinished, { "package.json": manifest({ lint: "true" }) }, level);
    const gates = await detectGates(project.tree, { minCoverage: null, requireTests: false, timeoutMs: 60_000 });
    const known = await runGates(gates, { ...project.run, changed: [] });
    const run = { ...project.run, changed: [], known };
    expect(await runGates(gates, run)).toEqual(known);
    expect((await runGates(gates, { ...run, tree: "b".repeat(40) }))[0]!.id).not.toBe(known[0]!.id);
    expect((await runGates(gates, { ...run, gateFiles: { "tsconfig.json": "1" } }))[0]!.id).not.toBe(known[0]!.id);
  });

  once("gates apply by phase and by changed files; the first red one can end the round", async () => {
    const project = await gateProject(
      onTestFinished,
      { "package.json": manifest({ lint: "false", build: "true" }) },
      level,
    );
    const [lint, build] = await detectGates(project.tree, {
      minCoverage: null,
      requireTests: false,
      timeoutMs: 60_000,
    });
    const run = { ...project.run, changed: ["docs/a.md"] };
    expect(
      await runGates(
        [
          { ...lint!, when: ["src/**"] },
          { ...build!, phases: ["merged"] },
        ],
        run,
      ),
    ).toEqual([]);
  });
});
