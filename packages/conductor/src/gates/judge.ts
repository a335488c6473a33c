/** What a measurement means for a gate. Pure; the exit code and the counts must agree before anything passes. */
import type { Coverage, Gate, GateResult, TestCounts } from "../model/gate.ts";
import { type ChangedLines, changedCoverage, missingInWords } from "./changed-coverage.ts";
import { isTestFile } from "./files-of-tests.ts";
import type { Measurement } from "./measure.ts";
import type { TestNames } from "./names-of-tests.ts";
import { parseCargo } from "./parse/cargo.ts";
import { parseExit } from "./parse/exit.ts";
import { parseGoJson } from "./parse/go-json.ts";
import { parseGoCover } from "./parse/gocover.ts";
import { parseJunit } from "./parse/junit.ts";
import { parseLcov } from "./parse/lcov.ts";
import { type LineCoverage, malformed, type Parsed, type TestReport } from "./parse/parsed.ts";
import { parseTap } from "./parse/tap.ts";

export interface Judgement {
  readonly result: GateResult;
  readonly reason: string | null;
  readonly counts: TestCounts | null;
  readonly coverage: Coverage | null;
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
  const base = {
    counts: read.tests?.counts ?? null,
    coverage: read.coverage,
    failures: read.tests?.failures ?? [],
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
  if (exit.kind === "failed" && !explained) return say("fail", exit.reason);
  if (gate.kind === "test")
    return judgeTests(gate, read, say, declaresTests) ?? { ...base, result: "pass", reason: null };
  if (gate.kind === "coverage")
    return (
      judgeCoverage(gate, read, say) ??
      judgeChanged(gate, read, say, changed) ?? { ...base, result: "pass", reason: null }
    );
  if (read.problem !== null) return say("error", read.problem);
  return { ...base, result: "pass", reason: null };
}

const namesOf = (tests: TestReport | null): TestNames | null =>
  tests === null ? null : { passed: tests.passed, failed: tests.failures, skipped: tests.skipped };

interface Read {
  readonly tests: TestReport | null;
  readonly coverage: Coverage | null;
  readonly lines: LineCoverage | null;
  /** Why a report that is there is not to be believed. */
  readonly problem: string | null;
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
  const report = gate.kind === "coverage" && gate.redBefore !== undefined ? measured.reports.junit : null;
  if (!report || report.overflow) return null;
  const parsed = parseJunit(report.text);
  return parsed.kind === "parsed" ? parsed.value : null;
}

function judgeCoverage(gate: Gate, read: Read, say: Say): Judgement | null {
  if (gate.parse !== "lcov" && gate.parse !== "gocover")
    return gate.minCoverage === null ? null : say("not-run", "this gate reports no coverage, and a floor is set");
  if (read.missing) return say("not-run", "it ended with exit code 0, but no coverage report was written");
  if (read.coverage === null) return say("error", read.problem ?? "the coverage report could not be read");
  if (gate.minCoverage === null) return null;
  if (read.coverage.linesTotal === 0) return say("not-run", "no line of code was measured, and a floor is set");
  if (read.coverage.percent < gate.minCoverage)
    return say("fail", `${read.coverage.percent} % of lines are covered, at least ${gate.minCoverage} % must be`);
  return null;
}

/** The lines that the change adds, as far as the report knows them. */
function judgeChanged(gate: Gate, read: Read, say: Say, changed: ChangedLines | null): Judgement | null {
  const least = gate.minChangedCoverage ?? null;
  if (least === null || changed === null || read.lines === null) return null;
  const { total, covered, missing } = changedCoverage(read.lines, changed);
  const percent = total === 0 ? 100 : Math.floor((covered * 10_000) / total) / 100;
  if (percent >= least) return null;
  return say(
    "fail",
    `${covered} of ${total} changed lines are covered (${percent} %), at least ${least} % must be: ${missingInWords(missing)}`,
  );
}

function readReport(gate: Gate, measured: Measurement): Read {
  const nothing = { tests: null, coverage: null, lines: null, problem: null, missing: false };
  if (gate.parse === "exit") return nothing;
  if (gate.parse === "tap") return ofTests(parseTap(measured.stdout));
  if (gate.parse === "go-json") return ofTests(parseGoJson(measured.stdout));
  if (gate.parse === "cargo") return ofTests(parseCargo(measured.stdout));
  const report = measured.reports[gate.parse] ?? null;
  if (report === null) return { ...nothing, missing: true };
  if (gate.parse === "junit")
    return ofTests(report.overflow ? malformed("the report is too large") : parseJunit(report.text));
  const parsed = report.overflow
    ? malformed("the coverage report is too large")
    : (gate.parse === "gocover" ? parseGoCover : parseLcov)(report.text, (path) => !isTestFile(path));
  return parsed.kind === "parsed" ? { ...nothing, ...parsed.value } : { ...nothing, problem: parsed.reason };
}

const ofTests = (parsed: Parsed<TestReport>): Read =>
  parsed.kind === "parsed"
    ? { tests: parsed.value, coverage: null, lines: null, problem: null, missing: false }
    : { tests: null, coverage: null, lines: null, problem: parsed.reason, missing: false };
