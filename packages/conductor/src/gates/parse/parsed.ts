/** What a report says once it is read. Types only. */
import type { Coverage, TestCounts } from "../../model/gate.ts";

/** A report read to its end, or why it is not to be believed. Parsers return this and never throw. */
export type Parsed<T> =
  | { readonly kind: "parsed"; readonly value: T }
  | { readonly kind: "malformed"; readonly reason: string };

/** The tests of one run. Names carry their suites: `suite > test`. */
export interface TestReport {
  readonly counts: TestCounts;
  /** Names of passed tests, sorted, each once. */
  readonly passed: readonly string[];
  /** Names of failed tests, sorted, each once. */
  readonly failures: readonly string[];
  /** Names of skipped tests, sorted. */
  readonly skipped: readonly string[];
  /** Test files that ended without reporting a test of their own; they are in no count but, when they failed, in `failures`. */
  readonly emptyFiles: readonly string[];
}

/** By path as the report names it, then by line: was it executed? Only lines that are code. */
export type LineCoverage = ReadonlyMap<string, ReadonlyMap<number, boolean>>;

/** Coverage as a sum, and line by line where the report goes so far. */
export interface CoverageReport {
  readonly coverage: Coverage;
  readonly lines: LineCoverage;
}

/** A sum of lines. With integers first: 29 of 100 must not become 28.99. */
export const coverageOf = (linesTotal: number, linesCovered: number): Coverage => ({
  linesTotal,
  linesCovered,
  percent: linesTotal === 0 ? 0 : Math.floor((linesCovered * 10_000) / linesTotal) / 100,
});

/** A report that is a list of names and nothing else: each name is one test. */
export function reportOfNames(
  passed: Iterable<string>,
  failed: Iterable<string>,
  skipped: Iterable<string>,
): TestReport {
  const sorted = (names: Iterable<string>): readonly string[] => [...names].sort();
  const [good, bad, asleep] = [sorted(passed), sorted(failed), sorted(skipped)];
  return {
    counts: {
      total: good.length + bad.length + asleep.length,
      passed: good.length,
      failed: bad.length,
      skipped: asleep.length,
    },
    passed: good,
    failures: bad,
    skipped: asleep,
    emptyFiles: [],
  };
}

/** A report larger than this is malformed. */
export const MAX_REPORT_BYTES = 32 * 1024 * 1024;
/** More tests than this make a report malformed. */
export const MAX_TESTS = 200_000;

/** A report that is not to be believed, and why. */
export const malformed = (reason: string): { readonly kind: "malformed"; readonly reason: string } => ({
  kind: "malformed",
  reason,
});

/** A name as people may see it: one line, no control characters, at most 300 characters. */
export const testName = (parts: readonly string[]): string =>
  parts
    .join(" > ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")
    .slice(0, 300);
