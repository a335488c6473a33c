/** The ratchet: what a tree may not quietly lose against its base. Pure. */
import type { Receipt } from "../model/gate.ts";

/** A drop of more than this many percentage points is a finding. */
export const COVERAGE_SLACK = 0.5;

export interface RatchetFinding {
  readonly rule: "fewer-tests" | "more-skipped" | "coverage-drop" | "gate-gone";
  readonly gate: string;
  readonly message: string;
}

/** What the current receipts have lost against those of the base, gate by gate. The caller asks a person about each. */
export function ratchet(baseline: readonly Receipt[], current: readonly Receipt[]): readonly RatchetFinding[] {
  return baseline.flatMap((before) => {
    const after = current.find((receipt) => receipt.gate === before.gate);
    return after === undefined ? [] : compare(before, after);
  });
}

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
