import { expect, test } from "vitest";
import { npmGates } from "./npm.ts";

const detect = (scripts: unknown, options: { minCoverage?: number; requireTests?: boolean } = {}) =>
  npmGates(
    {
      readFile: async (path) =>
        path !== "package.json" ? null : typeof scripts === "string" ? scripts : JSON.stringify({ scripts }),
      listFiles: async () => ["package.json"],
    },
    { minCoverage: options.minCoverage ?? null, requireTests: options.requireTests ?? false, timeoutMs: 1_000 },
  );

test("gates come in their order, each from its script", async () => {
  const gates = await detect({
    test: "node --test",
    coverage: "node --test --experimental-test-coverage",
    lint: "x",
    types: "tsc",
    build: "b",
    "format:check": "f",
  });
  expect(gates.map(({ id, run, parse, origin }) => [id, run, parse, origin])).toEqual([
    ["format", "npm run format:check", "exit", "package.json scripts.format:check"],
    ["lint", "npm run lint", "exit", "package.json scripts.lint"],
    ["types", "npm run types", "exit", "package.json scripts.types"],
    ["build", "npm run build", "exit", "package.json scripts.build"],
    ["test", "npm test", "junit", "package.json scripts.test"],
    ["coverage", "npm run coverage", "lcov", "package.json scripts.coverage"],
  ]);
});

test.each([
  ["node --test", "junit"],
  ["node --import tsx --test 'test/**/*.ts'", "junit"],
  ["npm run build && node --enable-source-maps --test dist", "junit"],
  ["npm run unit", "junit"],
  ["vitest run", "vitest-json"],
  ["mocha", "exit"],
  ["node test.js", "exit"],
  ["node --test-only-in-name", "exit"],
])("%s is read as %s", async (script, parse) => {
  const gates = await detect({ test: script, unit: "node --test" });
  expect(gates.find((gate) => gate.id === "test")?.parse).toBe(parse);
});

test("with node:test, tests must run, and coverage is measured with the floor that was asked for", async () => {
  const [unit, coverage] = await detect({ test: "node --test" }, { minCoverage: 80 });
  expect(unit).toMatchObject({ minTests: 1, minCoverage: null });
  expect(coverage).toMatchObject({ id: "coverage", parse: "lcov", minCoverage: 80, run: unit!.run });
  expect((await detect({ test: "node --test" }))[1]).toMatchObject({ minCoverage: null });
});

test("requireTests holds for every runner", async () => {
  expect((await detect({ test: "mocha" }))[0]).toMatchObject({ minTests: 0 });
  expect((await detect({ test: "mocha" }, { requireTests: true }))[0]).toMatchObject({ minTests: 1 });
  expect((await detect({ test: "vitest run" }))[0]).toMatchObject({ minTests: 1 });
});

test("a check stands in for a lint that is not there", async () => {
  expect((await detect({ check: "biome check ." })).map(({ id, run }) => `${id}: ${run}`)).toEqual([
    "lint: npm run check",
  ]);
  expect(await detect({ check: "npm run lint", lint: "x" })).toHaveLength(1);
});

test("what npm init writes is no gate, and no manifest is no gates", async () => {
  expect(await detect({ test: 'echo "Error: no test specified" && exit 1' })).toEqual([]);
  for (const text of ["{", "[]", "null", '{"scripts":[1]}', '{"scripts":{"test":1}}', '"x"'])
    expect(await detect(text)).toEqual([]);
});

test("a coverage script of another tool gives way to what can be measured, or is believed by its exit code", async () => {
  const measured = await detect({ test: "node --test", coverage: "c8 npm test" });
  expect(measured[1]).toMatchObject({ id: "coverage", run: "npm test", parse: "lcov" });
  const believed = await detect({ test: "vitest run", coverage: "c8 npm test" });
  expect(believed[1]).toMatchObject({ id: "coverage", run: "npm run coverage", parse: "exit", minCoverage: null });
});

test.each([
  ["npm run build && vitest run --coverage", "-- --coverage.reporter=text-summary --coverage.reporter=json"],
  ["vitest run --coverage.all=false --coverage", "-- --coverage.reporter=text-summary --coverage.reporter=json"],
  ["npm run covered", "-- -- --coverage.reporter=text-summary --coverage.reporter=json"],
  ["jest --ci --coverage=true", "-- --coverageReporters=text-summary --coverageReporters=json"],
])("coverage by %s is measured by the report that it is asked for", async (script, words) => {
  const found = await detect({ "test:coverage": script, covered: "vitest run --coverage" }, { minCoverage: 80 });
  expect(found).toEqual([
    expect.objectContaining({
      ...{ id: "coverage", kind: "coverage", run: "npm run test:coverage", parse: "istanbul", minCoverage: 80 },
      report: ".conductor-coverage/coverage-final.json",
      askWith: expect.stringContaining(words),
    }),
  ]);
});

test.each([
  "vitest run",
  "vitest run --coverage.enabled=false",
  "vitest run --coverage --coverage.reportsDirectory=out",
  "jest --coverage --coverageDirectory out",
  "vitest run --coverage && echo done",
])("coverage by %s speaks by its exit code", async (script) => {
  const [coverage] = await detect({ coverage: script });
  expect(coverage).toMatchObject({ id: "coverage", parse: "exit", minCoverage: null });
  expect(coverage).not.toHaveProperty("report");
});

const VITEST = '--reporter=default --reporter=json --outputFile.json="$CONDUCTOR_VITEST_JSON"';
const JEST = '--json --outputFile="$CONDUCTOR_JEST_JSON"';

test.each([
  ["vitest run", `-- ${VITEST}`],
  ["vitest", `-- ${VITEST}`],
  ["npm run build && vitest run --coverage", `-- ${VITEST}`],
  ["NODE_ENV=test npx vitest run --dir 'src'", `-- ${VITEST}`],
  ["npm run unit", `-- -- ${VITEST}`],
  ["npm run -s unit --", `-- ${VITEST}`],
  ["cross-env CI=1 jest --ci", `-- ${JEST}`],
  ["node --experimental-vm-modules node_modules/jest/bin/jest.js", `-- ${JEST}`],
  ["jest --watchAll=false", `-- ${JEST}`],
])("%s is asked for its report with words behind it", async (script, words) => {
  const [unit] = await detect({ test: script, unit: "vitest run" });
  expect(unit).toMatchObject({ run: "npm test", askWith: words });
});

test.each([
  "vitest run && echo done",
  "vitest run || true",
  "vitest run # all of them",
  "vitest run -t 'a; vitest run'",
  "vitest run --outputFile=mine.json",
  "vitest bench",
  "vitest -- --run",
  "jest --watch",
  "jest --json",
  "jest --listTests",
  "npm exec vitest run",
  "nx test vitest",
  "echo vitest",
  "npm run test",
  "npm run unit --coverage",
  "(vitest run)",
])("%s speaks by its exit code: words behind it would not reach a runner that reports", async (script) => {
  const [unit] = await detect({ test: script, unit: "vitest run" });
  expect(unit).toMatchObject({ run: "npm test", parse: "exit" });
  expect(unit).not.toHaveProperty("askWith");
});
