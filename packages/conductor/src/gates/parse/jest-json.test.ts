import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mangledJson } from "../../test-support/mangled.ts";
import { parseJestJson } from "./jest-json.ts";

/** As vitest 4.1 wrote it, without what is not read. */
const VITEST = {
  ...{ numTotalTestSuites: 5, numPassedTestSuites: 1, numFailedTestSuites: 4, numPendingTestSuites: 0 },
  ...{ numTotalTests: 5, numPassedTests: 1, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 },
  startTime: 1795906637162,
  success: false,
  testResults: [
    {
      assertionResults: [
        {
          ancestorTitles: [],
          fullName: "top",
          status: "passed",
          title: "top",
          duration: 2.3,
          failureMessages: [],
          meta: {},
        },
        {
          ...{ ancestorTitles: ["suite", "inner"], fullName: "suite inner bad", status: "failed", title: "bad" },
          failureMessages: ["AssertionError: expected 1 to be 2"],
        },
        { ancestorTitles: ["suite", "inner"], fullName: "suite inner later", status: "skipped", title: "later" },
        { ancestorTitles: ["suite", "inner"], fullName: "suite inner some day", status: "todo", title: "some day" },
      ],
      ...{ startTime: 1, endTime: 2, status: "failed", message: "", name: "/tmp/vt/a.test.js" },
    },
    {
      assertionResults: [],
      startTime: 1,
      endTime: 1,
      status: "failed",
      message: "no load",
      name: "/tmp/vt/sub/broken.test.js",
    },
    {
      assertionResults: [{ ancestorTitles: [], fullName: "x", status: "skipped", title: "x", failureMessages: [] }],
      ...{ startTime: 1, endTime: 1, status: "passed", message: "", name: "/tmp/vt/sub/skipped.test.js" },
    },
  ],
};

/** After jest's FormattedTestResults: every test of the second file is skipped, and such a file lists none. */
const JEST = {
  ...{ numFailedTestSuites: 0, numFailedTests: 0, numPassedTestSuites: 1, numPassedTests: 2, numPendingTestSuites: 1 },
  ...{ numPendingTests: 3, numRuntimeErrorTestSuites: 0, numTodoTests: 0, numTotalTestSuites: 2, numTotalTests: 5 },
  ...{ openHandles: [], snapshot: {}, startTime: 1, success: true, wasInterrupted: false },
  testResults: [
    {
      assertionResults: [
        { ancestorTitles: ["sum"], failureMessages: [], fullName: "sum adds", status: "passed", title: "adds" },
        {
          ancestorTitles: ["sum"],
          failureMessages: [],
          fullName: "sum adds more",
          status: "passed",
          title: "adds more",
        },
        { ancestorTitles: ["sum"], failureMessages: [], fullName: "sum later", status: "pending", title: "later" },
      ],
      ...{ endTime: 2, message: "", name: "/repo/sum.test.js", startTime: 1, status: "focused", summary: "" },
    },
    {
      assertionResults: [],
      endTime: 2,
      message: "",
      name: "/repo/all.test.js",
      startTime: 1,
      status: "skipped",
      summary: "",
    },
  ],
};

const parse = (report: unknown, top: string | null = null) => parseJestJson(JSON.stringify(report), top);

describe("the JSON of jest and vitest", () => {
  test("counts vitest's tests, with their files and suites, and a file that did not load as a failure", () => {
    expect(parse(VITEST, "/tmp/vt")).toEqual({
      kind: "parsed",
      value: {
        counts: { total: 5, passed: 1, failed: 1, skipped: 3 },
        passed: ["a.test.js > top"],
        failures: ["a.test.js > suite > inner > bad", "sub/broken.test.js"],
        skipped: [
          "a.test.js > suite > inner > later",
          "a.test.js > suite > inner > some day",
          "sub/skipped.test.js > x",
        ],
        emptyFiles: ["/tmp/vt/sub/broken.test.js"],
      },
    });
  });

  test("counts jest's skipped tests though the report does not list those of a file that only has such", () => {
    expect(parse(JEST, "/repo")).toMatchObject({
      kind: "parsed",
      value: {
        counts: { total: 5, passed: 2, failed: 0, skipped: 3 },
        passed: ["sum.test.js > sum > adds", "sum.test.js > sum > adds more"],
        failures: [],
      },
    });
  });

  test.each<[unknown, string]>([
    [{ ...VITEST, numTotalTests: 9 }, "counted 9 tests"],
    [{ ...VITEST, numFailedTests: 0 }, "0 failed"],
    [{ ...JEST, numPassedTests: 3 }, "3 passed"],
    [{ ...JEST, success: false }, "names no test that did"],
    [{ ...JEST, wasInterrupted: true }, "interrupted"],
    [{ ...JEST, testResults: [{ name: "a", assertionResults: [{ title: "a", status: "great" }] }] }, "not known"],
    [{ ...JEST, testResults: [{ assertionResults: [] }] }, "no name"],
    [{ ...JEST, testResults: [1] }, "no object"],
    [{ ...JEST, numTotalTests: 10 ** 9 }, "more than"],
    [{ total: 1 }, "none of jest's or vitest's"],
    [[], "no JSON object"],
  ])("%# is malformed", (report, reason) =>
    expect(parse(report)).toEqual({ kind: "malformed", reason: expect.stringContaining(reason) }),
  );

  test.each([
    ["", "empty"],
    ["{", "no JSON"],
    [JSON.stringify(JEST) + JSON.stringify(JEST), "no JSON"],
    ["[".repeat(1_000), "deeper"],
    [`{"a":${'{"a":'.repeat(300)}`, "deeper"],
  ])("a text that is no whole report is malformed (%#)", (text, reason) =>
    expect(parseJestJson(text)).toEqual({ kind: "malformed", reason: expect.stringContaining(reason) }),
  );

  test("any text is answered and never thrown at, and what is counted adds up", () => {
    fc.assert(
      fc.property(fc.oneof(mangledJson(VITEST), mangledJson(JEST)), (text) => {
        const parsed = parseJestJson(text);
        if (parsed.kind === "malformed") return;
        const { total, passed, failed, skipped } = parsed.value.counts;
        expect(passed + failed + skipped).toBe(total);
        expect(Math.min(passed, failed, skipped)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
