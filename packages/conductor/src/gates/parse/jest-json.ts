/**
 * What jest writes for `--json` and vitest for `--reporter=json`: one format, jest's.
 * https://jestjs.io/docs/configuration#testresultsprocessor-string, https://vitest.dev/guide/reporters.html#json-reporter
 */
import { countIn, elements, isRecord, type JsonRecord, member, readJsonRecord } from "./json.ts";
import { MAX_TESTS, malformed, type Parsed, type TestReport, testName } from "./parsed.ts";

/** Statuses of a test that did not run to an end of its own. */
const ASLEEP: ReadonlySet<unknown> = new Set(["pending", "skipped", "todo", "disabled", "focused"]);

interface Seen {
  listed: number;
  passed: number;
  failed: number;
  readonly names: Readonly<Record<"passed" | "failed" | "skipped" | "empty", Set<string>>>;
  /** jest lists no test of a file whose every test is skipped, and counts them all the same. */
  unlisted: boolean;
}

/**
 * Reads one report. Names carry their file, relative to `top` where it lies there, and their suites. What is listed must be
 * what the runner counted; a file that failed without a failing test counts as a failure by its own name.
 */
export function parseJestJson(text: string, top: string | null = null): Parsed<TestReport> {
  const read = readJsonRecord(text);
  if (read.kind === "malformed") return read;
  const report = read.value;
  const [total, passed, failed] = ["numTotalTests", "numPassedTests", "numFailedTests"].map((key) =>
    countIn(member(report, key)),
  );
  const files = member(report, "testResults");
  if (total == null || passed == null || failed == null || !Array.isArray(files))
    return malformed("the report does not say how many tests ran: it is none of jest's or vitest's");
  if (total > MAX_TESTS) return malformed(`the report has more than ${MAX_TESTS} tests`);
  if (member(report, "wasInterrupted") === true && failed === 0) return malformed("the run was interrupted");
  const names = {
    passed: new Set<string>(),
    failed: new Set<string>(),
    skipped: new Set<string>(),
    empty: new Set<string>(),
  };
  const seen: Seen = { listed: 0, passed: 0, failed: 0, names, unlisted: false };
  for (const file of files) {
    const problem = isRecord(file) ? addFile(file, top, seen) : "a file of the report is no object";
    if (problem !== null) return malformed(problem);
    if (seen.listed > MAX_TESTS) return malformed(`the report has more than ${MAX_TESTS} tests`);
  }
  const skipped = total - passed - failed;
  const complete = seen.listed === total || (seen.unlisted && seen.listed < total);
  if (!complete || seen.passed !== passed || seen.failed !== failed || skipped < 0)
    return malformed(
      `the runner counted ${total} tests, ${passed} passed and ${failed} failed; the report lists ${seen.listed}, ${seen.passed} and ${seen.failed}`,
    );
  if (member(report, "success") === false && names.failed.size === 0)
    return malformed("the report says that the run failed, and names no test that did");
  return {
    kind: "parsed",
    value: {
      counts: { total, passed, failed, skipped },
      passed: [...names.passed].sort(),
      failures: [...names.failed].sort(),
      skipped: [...names.skipped].sort(),
      emptyFiles: [...names.empty].sort(),
    },
  };
}

/** Adds the tests of one file; answers what is wrong with it. */
function addFile(file: JsonRecord, top: string | null, seen: Seen): string | null {
  const path = member(file, "name");
  const tests = member(file, "assertionResults");
  if (typeof path !== "string" || !Array.isArray(tests)) return "a file of the report has no name or no list of tests";
  const name = pathUnder(path, top);
  let failed = 0;
  for (const test of tests) {
    const status = member(test, "status");
    const title = member(test, "title");
    if (typeof title !== "string") return "a test of the report has no title";
    const suites = elements(member(test, "ancestorTitles")).filter((one) => typeof one === "string" && one !== "");
    const whole = testName([name, ...(suites as readonly string[]), title]);
    seen.listed += 1;
    if (status === "passed") {
      seen.passed += 1;
      seen.names.passed.add(whole);
    } else if (status === "failed") {
      failed += 1;
      seen.names.failed.add(whole);
    } else if (ASLEEP.has(status)) seen.names.skipped.add(whole);
    else return "a test of the report has a status that is not known";
  }
  seen.failed += failed;
  if (tests.length === 0) seen.names.empty.add(path);
  if (tests.length === 0 && member(file, "status") !== "failed") seen.unlisted = true;
  if (member(file, "status") === "failed" && failed === 0) seen.names.failed.add(testName([name]));
  return null;
}

const pathUnder = (path: string, top: string | null): string =>
  top !== null && path.startsWith(`${top}/`) ? path.slice(top.length + 1) : path;
