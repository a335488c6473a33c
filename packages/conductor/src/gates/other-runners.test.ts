/** Gates of projects that are not Node's, with their real tools, at the strongest boundary that is here. */
import { execFileSync, spawnSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { available } from "../test-support/available.ts";
import { gateProject } from "../test-support/gate-project.ts";
import { detectGates } from "./detect/detect.ts";
import { namesKept } from "./names-of-tests.ts";
import { runGates } from "./run-gates.ts";

vi.setConfig({ testTimeout: 180_000 });
// The system's Python before one that a version manager puts first: the distribution's packages belong to it.
process.env.PATH = `/usr/bin:${process.env.PATH}`;
const level = (await available()).at(-1)!;

const runs = (...words: readonly [string, ...string[]]): boolean => {
  try {
    execFileSync(words[0], words.slice(1), { stdio: "ignore" });
    return true;
  } catch {
    return process.env.TASKWERK_REQUIRE_TOOLS === "1";
  }
};

/** Not asked for in CI: only where it happens to be, and to work. */
const works = (...words: readonly [string, ...string[]]): boolean =>
  spawnSync(words[0], words.slice(1), { stdio: "ignore" }).status === 0;

async function judged(files: Readonly<Record<string, string>>, minCoverage: number | null = null) {
  const project = await gateProject(onTestFinished, files, level);
  const gates = await detectGates(project.tree, { minCoverage, requireTests: true, timeoutMs: 120_000 });
  const receipts = await runGates(gates, { ...project.run, changed: Object.keys(files) });
  return { receipts, of: (id: string) => receipts.find(({ gate }) => gate === id)! };
}

describe("vitest", () => {
  const MODULES = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
  const TEST = `import { describe, expect, test } from "vitest";
test("top", () => {});
describe("sums", () => {
  test("adds", () => expect(1 + 1).toBe(2));
  test.skip("later", () => {});
});
`;

  async function judgedVitest(files: Readonly<Record<string, string>>, script = "vitest run --no-cache") {
    const manifest = { type: "module", scripts: { test: "npm run unit", unit: script } };
    const project = await gateProject(onTestFinished, { "package.json": JSON.stringify(manifest), ...files }, level);
    await symlink(MODULES, join(project.dir, "node_modules"));
    const gates = await detectGates(
      { ...project.tree, listFiles: async () => Object.keys(files) },
      { minCoverage: null, requireTests: true, timeoutMs: 120_000 },
    );
    const run = { ...project.run, binds: [{ path: MODULES, mode: "ro" as const }], changed: [] };
    const [receipt] = await runGates(gates, run);
    return receipt!;
  }

  test("is counted by name, through a script that calls another, without a change to the project", async () => {
    const receipt = await judgedVitest({ "test/sums.test.js": TEST });
    expect(receipt, receipt.excerpt).toMatchObject({
      ...{ command: "npm test", result: "pass" },
      counts: { total: 3, passed: 2, failed: 0, skipped: 1 },
    });
    expect((await namesKept(receipt.tests!))!.passed).toEqual([
      "test/sums.test.js > sums > adds",
      "test/sums.test.js > top",
    ]);
    expect(receipt.excerpt).toContain("3 tests");
  });

  test("a failing test fails by name, and so does a file that cannot be loaded", async () => {
    const receipt = await judgedVitest({ "a.test.js": TEST.replace("toBe(2)", "toBe(3)"), "b.test.js": "throw 1;" });
    expect(receipt, receipt.excerpt).toMatchObject({
      result: "fail",
      reason: "1 of 3 tests failed",
      failures: ["a.test.js > sums > adds", "b.test.js"],
    });
  });

  test("a test that writes a report of its own, or ends the process, passes nothing", async () => {
    const forged = JSON.stringify({
      ...{ numTotalTests: 1, numPassedTests: 1, numFailedTests: 0, success: true },
      testResults: [{ name: "a", status: "passed", assertionResults: [{ status: "passed", title: "a" }] }],
    });
    const head = `import { writeFileSync } from "node:fs";\nimport { test } from "vitest";\n`;
    const write = `writeFileSync(process.env.CONDUCTOR_VITEST_JSON, ${JSON.stringify(forged)});\ntest("a", () => {});\n`;
    expect((await judgedVitest({ "a.test.js": head + write })).result).toBe("error");
    expect((await judgedVitest({ "a.test.js": `${head}test("a", () => process.exit(0));` })).result).not.toBe("pass");
  });

  test("its coverage is measured where a script asks for it, tests left out", async () => {
    const manifest = { type: "module", scripts: { coverage: "vitest run --coverage --no-cache" } };
    const files = {
      "package.json": JSON.stringify(manifest),
      "src/sums.js": "export const add = (a, b) => a + b;\n\nexport const unused = () => {\n  return 1;\n};\n",
      "test/sums.test.js": `import { expect, test } from "vitest";
import { add } from "../src/sums.js";
test("adds", () => expect(add(1, 1)).toBe(2));
`,
    };
    const project = await gateProject(onTestFinished, files, level);
    await symlink(MODULES, join(project.dir, "node_modules"));
    const gates = await detectGates(
      { ...project.tree, listFiles: async () => Object.keys(files) },
      { minCoverage: 90, requireTests: true, timeoutMs: 120_000 },
    );
    const run = { ...project.run, binds: [{ path: MODULES, mode: "ro" as const }], changed: [] };
    const [receipt] = await runGates(gates, run);
    expect(receipt, receipt!.excerpt).toMatchObject({
      ...{ gate: "coverage", result: "fail", coverage: { linesTotal: 3, linesCovered: 2 } },
      reason: "66.66 % of lines are covered, at least 90 % must be",
    });
  });

  test("no tests are none", async () => {
    expect(await judgedVitest({}, "vitest run --passWithNoTests")).toMatchObject({
      result: "not-run",
      reason: expect.stringContaining("0 tests ran"),
    });
  });
});

describe.skipIf(!runs("python3", "--version"))("Python", () => {
  const APP = "def add(a, b):\n    return a + b\n\n\ndef unused():\n    return 1\n";
  const TEST = `import unittest
from app import add


class TestAdd(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)

    @unittest.skip("later")
    def test_later(self):
        pass

    def test_parts(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertEqual(add(n, 0), n)
`;

  test("unittest is counted by name, without a change to the project", async () => {
    const { of } = await judged({ "app.py": APP, "tests/test_app.py": TEST });
    const test = of("test");
    expect(test, test.excerpt).toMatchObject({
      result: "pass",
      counts: { total: 3, passed: 2, failed: 0, skipped: 1 },
    });
    expect((await namesKept(test.tests!))!.passed).toEqual([
      "test_app.TestAdd > test_adds",
      "test_app.TestAdd > test_parts",
    ]);
  });

  test("a failing test fails by name; a process that leaves early proves nothing", async () => {
    const wrong = TEST.replace("3)", "4)");
    expect((await judged({ "app.py": APP, "tests/test_app.py": wrong })).of("test")).toMatchObject({
      result: "fail",
      failures: ["test_app.TestAdd > test_adds"],
    });
    const early = `${TEST}\nimport os\nos._exit(0)\n`;
    expect((await judged({ "app.py": APP, "tests/test_app.py": early })).of("test")).toMatchObject({
      result: "not-run",
    });
  });

  test.skipIf(!runs("python3", "-m", "coverage", "--version"))(
    "coverage is measured where the project names it",
    async () => {
      const { of } = await judged(
        { "app.py": APP, "tests/test_app.py": TEST, ".coveragerc": "[run]\nsource = .\n" },
        90,
      );
      expect(of("coverage"), of("coverage").excerpt).toMatchObject({
        result: "fail",
        coverage: { linesTotal: 4, linesCovered: 3 },
      });
    },
  );
});

describe.skipIf(!runs("go", "version"))("Go", () => {
  const GO = {
    "go.mod": "module example.org/sums\n\ngo 1.19\n",
    "sums.go": "package sums\n\nfunc Add(a, b int) int {\n\treturn a + b\n}\n\nfunc unused() int {\n\treturn 1\n}\n",
    "sums_test.go":
      'package sums\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n}\n',
  };

  test("vet, build, tests and coverage", async () => {
    const { receipts, of } = await judged(GO);
    expect(
      receipts.map(({ gate, result }) => `${gate} ${result}`),
      JSON.stringify(receipts.map(({ excerpt }) => excerpt)),
    ).toEqual(["lint pass", "build pass", "test pass", "coverage pass"]);
    expect(of("test").counts).toEqual({ total: 1, passed: 1, failed: 0, skipped: 0 });
    expect(of("coverage").coverage).toMatchObject({ linesCovered: 3, linesTotal: 6 });
  });
});

describe.skipIf(!works("cargo", "--version"))("Cargo", () => {
  test("build and tests, offline", async () => {
    const { receipts, of } = await judged({
      "Cargo.toml": '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs":
        "pub fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n\n#[test]\nfn adds() {\n    assert_eq!(add(1, 2), 3);\n}\n",
    });
    expect(
      receipts.map(({ gate, result }) => `${gate} ${result}`),
      JSON.stringify(receipts.map(({ excerpt }) => excerpt)),
    ).toEqual(["build pass", "test pass"]);
    expect(of("test").counts).toMatchObject({ total: 1, passed: 1 });
  });
});

describe("Make", () => {
  test("its targets speak by their exit codes", async () => {
    const { receipts } = await judged({ Makefile: "lint:\n\ttrue\nbuild:\n\tfalse\n" });
    expect(receipts.map(({ gate, result }) => `${gate} ${result}`)).toEqual(["lint pass", "build fail"]);
  });
});
