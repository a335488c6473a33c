/** The ratchet: what a tree may not quietly lose against its base. Pure. */
import type { Receipt } from "../model/gate.ts";
import type { LostTests } from "../model/lost-tests.ts";
import { someOf } from "../model/some-of.ts";
import type { TestNames } from "./names-of-tests.ts";

/** A drop of more than this many percentage points is a finding. */
export const COVERAGE_SLACK = 0.5;

export interface RatchetFinding {
  readonly rule:
    | "fewer-tests"
    | "more-skipped"
    | "coverage-drop"
    | "gate-gone"
    | "tests-gone"
    | "test-file-gone"
    | "assertions-gone"
    | "skips-tests";
  readonly gate: string;
  readonly message: string;
}

/**
 * What the current receipts have lost against those of the base, gate by gate. The caller asks a person about each.
 * `names`: the tests of a receipt by name, where they are known; then it is names that are compared, so that taking one
 * away and adding another does not go unseen.
 */
export function ratchet(
  baseline: readonly Receipt[],
  current: readonly Receipt[],
  names: (receipt: Receipt) => TestNames | null = () => null,
): readonly RatchetFinding[] {
  return baseline.flatMap((before) => {
    const after = current.find((receipt) => receipt.gate === before.gate);
    if (after === undefined) return [];
    const [old, young] = [names(before), names(after)];
    const byName = old === null || young === null ? null : compareNames(before.gate, old, young);
    return byName === null
      ? compare(before, after)
      : [...byName, ...compare(before, after).filter(({ rule }) => !BY_COUNT.has(rule))];
  });
}

const BY_COUNT: ReadonlySet<RatchetFinding["rule"]> = new Set(["fewer-tests", "more-skipped"]);
const SHOWN = 5;

/** Of the tests that ran before: those that are not there any more, and those that are skipped now. */
export function lostTests(before: TestNames, after: TestNames): LostTests {
  const there = new Set([...after.passed, ...after.failed, ...after.skipped]);
  const asleep = new Set(after.skipped);
  const ran = [...before.passed, ...before.failed];
  return {
    removed: ran.filter((name) => !there.has(name)).sort(),
    skipped: ran.filter((name) => asleep.has(name)).sort(),
  };
}

function compareNames(gate: string, before: TestNames, after: TestNames): readonly RatchetFinding[] {
  const { removed, skipped } = lostTests(before, after);
  return [
    ...(removed.length === 0
      ? []
      : [
          {
            rule: "tests-gone" as const,
            gate,
            message: `${counted(removed)} of the base did not run: ${someOf(removed, SHOWN)}`,
          },
        ]),
    ...(skipped.length === 0
      ? []
      : [
          {
            rule: "more-skipped" as const,
            gate,
            message: `${counted(skipped)} that ran on the base ${skipped.length === 1 ? "is" : "are"} skipped: ${someOf(skipped, SHOWN)}`,
          },
        ]),
  ];
}

const counted = (names: readonly string[]): string => (names.length === 1 ? "1 test" : `${names.length} tests`);

function compare(before: Receipt, after: Receipt): readonly RatchetFinding[] {
  const findings: RatchetFinding[] = [];
  const find = (rule: RatchetFinding["rule"], message: string): number =>
    findings.push({ rule, gate: before.gate, message });
  if (before.counts !== null) {
    if (after.counts === null)
      find("gate-gone", `the base reported ${before.counts.total} tests, this tree reports no counts`);
    else {
      if (after.counts.total < before.counts.total)
        find("fewer-tests", `${before.counts.total} tests on the base, ${after.counts.total} here`);
      if (after.counts.skipped > before.counts.skipped)
        find("more-skipped", `${before.counts.skipped} skipped tests on the base, ${after.counts.skipped} here`);
    }
  }
  if (before.coverage !== null) {
    if (after.coverage === null)
      find("gate-gone", `the base reported ${before.coverage.percent} % coverage, this tree reports none`);
    else if (drop(before.coverage.percent, after.coverage.percent) > COVERAGE_SLACK)
      find(
        "coverage-drop",
        `${before.coverage.percent} % of lines covered on the base, ${after.coverage.percent} % here`,
      );
  }
  return findings;
}

/** Percentages have two decimals; so does their difference. */
const drop = (before: number, after: number): number => Math.round((before - after) * 100) / 100;
