/** What tells one step of an agent from another, and whether it got nearer. Pure. */

/** Two steps with the same fingerprint are the same step again. */
export interface Fingerprint {
  /** The tool and its arguments. */
  readonly action: string;
  /** What came of it, without times, process ids and temporary paths. */
  readonly result: string;
  /** All files after it; null when nobody could look. */
  readonly tree: string | null;
  /** The tests that failed, when it ran any. */
  readonly failing: string | null;
  /** What the gates said last; empty when they have said nothing. */
  readonly gates: string;
}

/** The fingerprint as one comparable text. */
export const fingerprintText = ({ action, result, tree, failing, gates }: Fingerprint): string =>
  [action, result, tree ?? "", failing ?? "", gates].join("\n");

/** Only so much of an output is looked at, from its end, where runners sum up. */
const MAX_CHARS = 50_000;

/** How runners name a test that failed: tap, node, vitest and jest, pytest, go, cargo, mocha. */
const FAILED = [
  /^\s{0,40}not ok \d+ -? ?(.{1,300})$/,
  /^\s{0,40}[✖✗×] (.{1,300})$/u,
  /^\s{0,40}● (.{1,300})$/u,
  /^FAIL\s{1,4}(\S.{0,300})$/,
  /^FAILED (\S{1,300})/,
  /^\s{0,40}--- FAIL: (\S{1,300})/,
  /^test (\S{1,300}) \.\.\. FAILED$/,
];
/** How they say that they ran, so that none that failed means that all passed. */
const RAN = [
  /^# (?:tests|pass) \d+/,
  /^ℹ (?:tests|pass) \d+/u,
  /^\s{0,20}Tests:?\s+.*\b\d+ (?:passed|failed)/,
  /^=+ .*\b\d+ (?:passed|failed)/,
  /^test result: /,
  /^(?:ok|FAIL)\s+\S+\s+(?:[\d.]+s|\(cached\))/,
  /^\s{0,20}\d+ (?:passing|failing)\b/,
];

/** The names of the tests that failed by what a runner printed, sorted, each once; null when no runner spoke. */
export function failingTests(output: string): readonly string[] | null {
  const lines = output
    .slice(-MAX_CHARS)
    .replace(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, "")
    .split("\n");
  const failed = new Set<string>();
  let ran = false;
  for (const line of lines) {
    const name = FAILED.map((pattern) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
    if (name !== undefined) failed.add(withoutTimes(name));
    else if (RAN.some((pattern) => pattern.test(line))) ran = true;
  }
  return failed.size === 0 && !ran ? null : [...failed].sort();
}

const withoutTimes = (name: string): string =>
  name
    .replace(/\s*[([]\d+(?:\.\d+)?\s?m?s[)\]]$/, "")
    .replace(/\s+\d+(?:\.\d+)?\s?m?s$/, "")
    .trim();
