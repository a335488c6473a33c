/** Small repositories in TypeScript, Python and Go: their gates are found, shown, and run and read with the real tools. */
import { spawnSync } from "node:child_process";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRegistry, openLocalRegistry } from "./local-registry.ts";
import { addTasks, dataOf, keepProjects, makeProject } from "./project.ts";

// The system's Python before one that a version manager puts first: the distribution's packages belong to it.
process.env.PATH = `/usr/bin:${process.env.PATH}`;

/** True where all of them work; CI installs them. What is skipped says so. */
function works(...commands: readonly string[]): boolean {
  const missing = commands.filter((command) => spawnSync("sh", ["-c", command], { stdio: "ignore" }).status !== 0);
  if (missing.length > 0 && process.env.TASKWERK_REQUIRE_TOOLS !== "1")
    process.stderr.write(
      `SKIPPED: a project's gates are not tried, because this does not work: ${missing.join("; ")}\n`,
    );
  return missing.length === 0 || process.env.TASKWERK_REQUIRE_TOOLS === "1";
}

interface Change {
  readonly [path: string]: string;
}

/** A project whose base has one test for `add`, and what two tasks do to it. */
interface Kind {
  readonly files: Readonly<Record<string, string>>;
  /** Adds `double`, with a test: one more passes. */
  readonly doubles: Change;
  /** Where `add` is, as `a + b`. */
  readonly adds: string;
  /** The test that notices, as its runner names it. */
  readonly noticedBy: string;
  /** What `doctor` shows, in its order. */
  readonly shown: readonly string[];
  /** Ids of the gates, in their order. */
  readonly gates: readonly string[];
  readonly coverage: { readonly before: string; readonly after: string };
  readonly setup?: string;
}

describe("the gates of a project", { timeout: 900_000 }, () => {
  const keep = keepProjects();

  async function tell(kind: Kind): Promise<void> {
    const writes = (script: ReturnType<typeof agentScript>, change: Change) =>
      Object.entries(change).reduce((done, [path, text]) => done.writes(path, text), script);
    const named = `grep -qF '${kind.noticedBy}' "$CONDUCTOR_BRIEF"`;
    const breaks = agentScript("Break adding").patches(kind.adds, "a + b", "a - b").finishes("all green").onRework();
    const again = breaks.runs(named, "ok").notes("the brief names the test").patches(kind.adds, "a - b", "a * b");
    const scenario = scenarioOf([
      writes(agentScript("Double"), kind.doubles).finishes(),
      again.finishes("still green"),
    ]);
    const { conductor, git, rig } = keep(await makeProject(kind.files, scenario));
    if (kind.setup !== undefined) {
      await conductor("config", "set", "setup.run", kind.setup);
      await conductor("config", "set", "setup.network", "true");
    }
    await conductor("config", "set", "orchestration.safety.max_attempts", "2");
    await addTasks(rig, [{ title: "Double" }, { title: "Break adding", after: "Double" }]);

    const doctor = (await conductor("doctor")).stdout.replace(/\s+/g, " ");
    expect(doctor).toContain(`gates ${kind.gates.length}, on every piece of work`);
    for (const line of kind.shown) expect(doctor).toContain(line);

    const run = ["run", "--auto", "--allow-unsandboxed", "--budget", "1", "--require-tests", "--concurrency", "1"];
    const ran = await conductor(...run);
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    const screen = (ran.stdout + ran.stderr).replace(/\s+/g, " ");
    for (const id of kind.gates) expect(screen).toMatch(new RegExp(`\\b${id} \\d+\\.\\ds`));
    expect(screen).toContain(`all pass on conductor/main, 1 test, coverage ${kind.coverage.before}`);

    expect(git("diff", "--name-only", "main", "conductor/main").split("\n")).toEqual(Object.keys(kind.doubles).sort());
    for (const [path, text] of Object.entries(kind.doubles))
      expect(`${git("show", `conductor/main:${path}`)}\n`).toBe(text);

    const report = dataOf<ReportOfRun>(await conductor("report", "--json"));
    expect(report.tests).toMatchObject({ before: { total: 1, passed: 1 }, after: { total: 2, passed: 2, failed: 0 } });
    const [double, broken] = ["Double", "Break adding"].map((title) => report.tasks.find((one) => one.title === title));
    expect(double!.landed!.receipts.map(({ gate, result }) => `${gate} ${result}`)).toEqual(
      expect.arrayContaining(kind.gates.map((id) => `${id} pass`)),
    );
    expect(broken).toMatchObject({ state: "failed", landed: null });
    const shown = await conductor("report");
    const text = (shown.stdout + shown.stderr).replace(/\s+/g, " ");
    expect(text).toContain("tests 1 > 2");
    expect(text).toContain(`coverage ${kind.coverage.after}`);
    const log = (await conductor("log", "TASK-002")).stdout;
    expect(log).toContain(`failed=1 of=2 tests="${kind.noticedBy}"`);
    // It was sent back once, and the agent found the name of that test in its brief.
    expect((await rig.taskwerk("show", "TASK-002", "--json")).stdout).toContain("the brief names the test");
  }

  describe.skipIf(!works("npm --version", "tar --version"))("in TypeScript", () => {
    let registry: LocalRegistry;
    beforeAll(async () => {
      registry = await openLocalRegistry();
    });
    afterAll(() => registry.close());

    it("are type check, build, vitest and its coverage, with the packages that its lockfile names", {
      tags: ["long"],
    }, async () => {
      const scripts = {
        typecheck: "tsc",
        build: "tsc --project tsconfig.build.json",
        test: "vitest run",
        coverage: "vitest run --coverage",
      };
      const tsconfig = { strict: true, noEmit: true, module: "nodenext", types: [], skipLibCheck: true };
      const test = (body: string, names: string): string =>
        `import { expect, test } from "vitest";\nimport { ${names} } from "../src/sums.js";\n\n${body}`;
      const ADD = "export const add = (a: number, b: number): number => a + b;\n";
      const ADDS = 'test("adds", () => expect(add(1, 2)).toBe(3));\n';
      await tell({
        files: {
          ...registry.manifests({ name: "sums", type: "module", scripts }, [
            ...["typescript", "vitest", "@vitest/coverage-v8"],
          ]),
          "tsconfig.json": `${JSON.stringify({ compilerOptions: tsconfig })}\n`,
          "tsconfig.build.json": `${JSON.stringify({
            extends: "./tsconfig.json",
            compilerOptions: { noEmit: false, outDir: "dist", rootDir: "src" },
            include: ["src"],
          })}\n`,
          ".gitignore": "node_modules/\ndist/\ncoverage/\n",
          "src/sums.ts": ADD,
          "test/sums.test.ts": test(ADDS, "add"),
        },
        doubles: {
          "src/sums.ts": `${ADD}\nexport const double = (a: number): number => a * 2;\n`,
          "test/sums.test.ts": test(`${ADDS}test("doubles", () => expect(double(2)).toBe(4));\n`, "add, double"),
        },
        adds: "src/sums.ts",
        noticedBy: "test/sums.test.ts > adds",
        shown: [
          "gate types npm run typecheck; package.json scripts.typecheck",
          "gate build npm run build; package.json scripts.build",
          "gate test npm test, read as vitest-json; package.json scripts.test",
          "gate coverage npm run coverage, read as istanbul",
        ],
        gates: ["types", "build", "test", "coverage"],
        coverage: { before: "100%", after: "100.0% > 100.0%" },
        setup: "npm ci",
      });
    });
  });

  it.skipIf(!works("python3 --version", "python3 -m coverage --version"))(
    "in Python are unittest and coverage, counted and measured",
    async () => {
      const ADD = "def add(a, b):\n    return a + b\n";
      const UNUSED = "\n\ndef unused():\n    return 1\n";
      const test = (names: string, more = ""): string =>
        `import unittest\nfrom sums import ${names}\n\n\nclass TestSums(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(1, 2), 3)\n${more}`;
      await tell({
        files: {
          ".coveragerc": "[run]\nsource = .\n",
          "sums.py": ADD + UNUSED,
          "tests/test_sums.py": test("add"),
        },
        doubles: {
          "sums.py": `${ADD}${UNUSED}\n\ndef double(a):\n    return a * 2\n`,
          "tests/test_sums.py": test(
            "add, double",
            "\n    def test_doubles(self):\n        self.assertEqual(double(2), 4)\n",
          ),
        },
        adds: "sums.py",
        noticedBy: "test_sums.TestSums > test_adds",
        shown: [
          "gate test python3 -m unittest discover -s tests, read as junit; unittest, by its test files",
          "gate coverage python3 -m coverage run -m unittest discover -s tests",
        ],
        gates: ["test", "coverage"],
        coverage: { before: "75%", after: "75.0% > 83.3%" },
      });
    },
  );

  it.skipIf(!works("go version"))(
    "in Go are vet, build, tests and coverage, counted and measured",
    { tags: ["long"] },
    async () => {
      const ADD = "package sums\n\nfunc Add(a, b int) int {\n\treturn a + b\n}\n";
      const test = (more = ""): string =>
        `package sums\n\nimport "testing"\n\nfunc TestAdds(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n}\n${more}`;
      await tell({
        files: { "go.mod": "module example.org/sums\n\ngo 1.19\n", "sums.go": ADD, "sums_test.go": test() },
        doubles: {
          "sums.go": `${ADD}\nfunc Double(a int) int {\n\treturn a * 2\n}\n`,
          "sums_test.go": test(
            '\nfunc TestDoubles(t *testing.T) {\n\tif Double(2) != 4 {\n\t\tt.Fatal("no")\n\t}\n}\n',
          ),
        },
        adds: "sums.go",
        noticedBy: "example.org/sums > TestAdds",
        shown: [
          "gate lint go vet ./...; go.mod",
          "gate build go build ./...; go.mod",
          "gate test go test -json ./..., read as go-json; go.mod",
          "gate coverage f=$(mktemp) && go test -coverprofile",
        ],
        gates: ["lint", "build", "test", "coverage"],
        coverage: { before: "100%", after: "100.0% > 100.0%" },
      });
    },
  );
});

interface ReportOfRun {
  readonly tests: unknown;
  readonly tasks: readonly {
    readonly title: string;
    readonly state: string;
    readonly landed: { readonly receipts: readonly { readonly gate: string; readonly result: string }[] } | null;
  }[];
}
