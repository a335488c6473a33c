/** What a measurement means for a gate. Pure; the exit code and the counts must agree before anything passes. */
import {
  COVERAGE_PARSERS,
  type Coverage,
  type Findings,
  type Gate,
  type GateParser,
  type GateResult,
  type Receipt,
  TEST_PARSERS,
  type TestCounts,
} from "../model/gate.ts";
import { type ChangedCoverage, type ChangedLines, changedCoverage, missingInWords } from "./changed-coverage.ts";
import { isTestFile } from "./files-of-tests.ts";
import type { Measurement } from "./measure.ts";
import type { TestNames } from "./names-of-tests.ts";
import { parseCargo } from "./parse/cargo.ts";
import { parseCobertura } from "./parse/cobertura.ts";
import { parseExit } from "./parse/exit.ts";
import { parseGoJson } from "./parse/go-json.ts";
import { parseGoCover } from "./parse/gocover.ts";
import { parseIstanbul } from "./parse/istanbul.ts";
import { parseJestJson } from "./parse/jest-json.ts";
import { parseJunit } from "./parse/junit.ts";
import { parseLcov } from "./parse/lcov.ts";
import type { CoverageReport, Parsed, TestReport } from "./parse/parsed.ts";
import { type FindingsReport, parseSarif } from "./parse/sarif.ts";
import { parseTap } from "./parse/tap.ts";

export interface Judgement {
  readonly result: GateResult;
  readonly reason: string | null;
  readonly counts: TestCounts | null;
  readonly coverage: Coverage | null;
  /** Of the lines that the change adds; null where they are not known, or none of them was measured line by line. */
  readonly changedLines: Receipt["changedLines"] | null;
  readonly findings: Findings | null;
  readonly failures: readonly string[];
  /** Every test by name; null where the runner names none. */
  readonly names: TestNames | null;
}

/**
 * `pass` needs exit 0 and, for tests, a complete report with enough tests and no failure, for coverage a complete
 * report at or above the floor. `declaresTests(file)` says whether a test file that reported nothing was written to:
 * such a file ended itself before its tests ran, and the gate fails.
 */
export function judge(
  gate: Gate,
  measured: Measurement,
  declaresTests: (file: string) => boolean,
  changed: ChangedLines | null = null,
): Judgement {
  const exit = parseExit(measured.end, measured.log, gate.timeoutMs);
  const read = readReport(gate, measured);
  const ofChange = changed === null || read.coverage === null ? null : changedCoverage(read.coverage.lines, changed);
  const base = {
    counts: read.tests?.counts ?? null,
    coverage: read.coverage?.coverage ?? null,
    changedLines: ofChange === null || ofChange.total === 0 ? null : countsOf(ofChange),
    findings: read.findings?.findings ?? null,
    failures: read.tests?.failures ?? read.findings?.failures ?? [],
    names: namesOf(read.tests),
  };
  const say = (result: GateResult, reason: string): Judgement => ({ ...base, result, reason });
  if (exit.kind === "missing") return say("not-run", exit.reason);
  if (exit.kind === "broken") return say("error", exit.reason);
  const failed = base.counts?.failed ?? 0;
  const explained = isExplained(gate, read.tests ?? testsBeside(gate, measured));
  if (failed > 0 && !explained) {
    const lied = exit.kind === "ok" ? ", though it ended with exit code 0" : "";
    const fresh = read.tests?.failures.filter((name) => !gate.redBefore?.includes(name)).length ?? failed;
    const known = fresh < failed && fresh > 0 ? `, ${fresh} of them new` : "";
    return say("fail", `${failed} of ${base.counts?.total} tests failed${known}${lied}`);
  }
  if (read.findings !== null && read.findings.findings.errors > 0) return say("fail", foundInWords(read.findings));
  if (exit.kind === "failed" && !explained) return say("fail", exit.reason);
  if (gate.kind === "test")
    return judgeTests(gate, read, say, declaresTests) ?? { ...base, result: "pass", reason: null };
  if (gate.kind === "coverage")
    return (
      judgeCoverage(gate, read, say) ?? judgeChanged(gate, ofChange, say) ?? { ...base, result: "pass", reason: null }
    );
  if (read.problem !== null) return say("error", read.problem);
  if (read.missing) return say("not-run", "it ended with exit code 0, but no report was written");
  return { ...base, result: "pass", reason: null };
}

function foundInWords({ findings: { errors, warnings }, failures }: FindingsReport): string {
  const some = failures.slice(0, 3).join("; ");
  return `${errors} ${errors === 1 ? "error" : "errors"}${warnings === 0 ? "" : `, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`}: ${some}`;
}

const namesOf = (tests: TestReport | null): TestNames | null =>
  tests === null ? null : { passed: tests.passed, failed: tests.failures, skipped: tests.skipped };

interface Read {
  readonly tests: TestReport | null;
  readonly coverage: CoverageReport | null;
  readonly findings: FindingsReport | null;
  /** Why a report that is there is not to be believed, or why one that was promised is not there. */
  readonly problem: string | null;
  /** The runner was asked for a report and wrote none. */
  readonly missing: boolean;
}

type Say = (result: GateResult, reason: string) => Judgement;

function judgeTests(gate: Gate, read: Read, say: Say, declaresTests: (file: string) => boolean): Judgement | null {
  if (gate.parse === "exit")
    return gate.minTests === 0
      ? null
      : say("not-run", "how many tests ran is not known for this runner, and tests are required");
  if (read.missing) return say("not-run", "it ended with exit code 0, but no test report was written");
  if (read.problem !== null || read.tests === null) return say("error", read.problem ?? "the report could not be read");
  const silent = read.tests.emptyFiles.filter(declaresTests);
  if (silent.length > 0)
    return say(
      "fail",
      `${silent.length === 1 ? "a test file" : `${silent.length} test files`} ended before its tests ran: ${silent.slice(0, 5).join(", ")}`,
    );
  const ran = read.tests.counts.passed + read.tests.counts.failed;
  if (ran < gate.minTests)
    return say("not-run", `${ran} tests ran, at least ${gate.minTests} must (skipped ones do not count)`);
  if (read.tests.failures.length > 0 && !isExplained(gate, read.tests)) return say("fail", "a test file failed");
  return null;
}

/** True when tests failed, and every one of them failed on the base too: then the exit code is no news either. */
function isExplained({ redBefore }: Gate, tests: TestReport | null): boolean {
  if (redBefore === undefined || tests === null || tests.counts.failed === 0) return false;
  const known = new Set(redBefore);
  return tests.failures.length === tests.counts.failed && tests.failures.every((name) => known.has(name));
}

/** What the tests said in a run that was measured for coverage. */
function testsBeside(gate: Gate, measured: Measurement): TestReport | null {
  if (gate.kind !== "coverage" || gate.redBefore === undefined) return null;
  for (const { parse, path } of measured.reports) {
    const { tests } = readReport({ parse, ...(path === null ? {} : { report: path }) }, measured);
    if (tests !== null) return tests;
  }
  return null;
}

function judgeCoverage(gate: Gate, read: Read, say: Say): Judgement | null {
  if (!isOneOf(COVERAGE_PARSERS, gate.parse))
    return gate.minCoverage === null ? null : say("not-run", "this gate reports no coverage, and a floor is set");
  if (read.missing) return say("not-run", "it ended with exit code 0, but no coverage report was written");
  if (read.coverage === null) return say("error", read.problem ?? "the coverage report could not be read");
  if (gate.minCoverage === null) return null;
  const { linesTotal, percent } = read.coverage.coverage;
  if (linesTotal === 0) return say("not-run", "no line of code was measured, and a floor is set");
  if (percent < gate.minCoverage)
    return say("fail", `${percent} % of lines are covered, at least ${gate.minCoverage} % must be`);
  return null;
}

/** The lines that the change adds, as far as the report knows them. */
function judgeChanged(gate: Gate, ofChange: ChangedCoverage | null, say: Say): Judgement | null {
  const least = gate.minChangedCoverage ?? null;
  if (least === null || ofChange === null) return null;
  const { total, covered, missing } = ofChange;
  const percent = total === 0 ? 100 : Math.floor((covered * 10_000) / total) / 100;
  if (percent >= least) return null;
  return say(
    "fail",
    `${covered} of ${total} changed lines are covered (${percent} %), at least ${least} % must be: ${missingInWords(missing)}`,
  );
}

const countsOf = ({ total, covered }: ChangedCoverage): Receipt["changedLines"] => ({ total, covered });

const NOTHING: Read = { tests: null, coverage: null, findings: null, problem: null, missing: false };

function readReport(gate: Pick<Gate, "parse" | "report">, measured: Measurement): Read {
  const { parse, report = null } = gate;
  if (parse === "exit") return NOTHING;
  const written = measured.reports.find((one) => one.parse === parse && one.path === report);
  const printed = written === undefined && (parse === "tap" || parse === "go-json" || parse === "cargo");
  const found = printed ? { text: measured.stdout, overflow: false } : (written?.found ?? { missing: "" });
  // Who names a report promises it.
  if ("missing" in found)
    return report === null ? { ...NOTHING, missing: true } : { ...NOTHING, problem: `the report ${found.missing}` };
  if (found.overflow) return { ...NOTHING, problem: "the report is too large" };
  if (isOneOf(TEST_PARSERS, parse)) return reading("tests", testsIn(parse, found.text, measured.checkout));
  if (isOneOf(COVERAGE_PARSERS, parse))
    return reading("coverage", COVERAGE_READERS[parse](found.text, codeOf(measured.checkout)));
  return reading("findings", parseSarif(found.text));
}

function testsIn(parse: (typeof TEST_PARSERS)[number], text: string, checkout: string): Parsed<TestReport> {
  switch (parse) {
    case "junit":
      return parseJunit(text);
    case "tap":
      return parseTap(text);
    case "vitest-json":
    case "jest-json":
      return parseJestJson(text, checkout);
    case "go-json":
      return parseGoJson(text);
    case "cargo":
      return parseCargo(text);
    default: {
      const never: never = parse;
      return never;
    }
  }
}

const COVERAGE_READERS = { lcov: parseLcov, istanbul: parseIstanbul, cobertura: parseCobertura, gocover: parseGoCover };

/** Tests are no code that tests cover. Above the checkout a folder may be named as it likes. */
const codeOf =
  (checkout: string) =>
  (path: string): boolean =>
    !isTestFile(path.startsWith(`${checkout}/`) ? path.slice(checkout.length + 1) : path);

const isOneOf = <P extends GateParser>(parsers: readonly P[], parse: GateParser): parse is P =>
  (parsers as readonly GateParser[]).includes(parse);

const reading = <K extends "tests" | "coverage" | "findings">(key: K, parsed: Parsed<NonNullable<Read[K]>>): Read =>
  parsed.kind === "parsed" ? { ...NOTHING, [key]: parsed.value } : { ...NOTHING, problem: parsed.reason };
