/** TAP 13 and 14 from a runner's standard output. https://testanything.org/tap-version-14-specification.html */
import { MAX_REPORT_BYTES, MAX_TESTS, malformed, type Parsed, type TestReport, testName } from "./parsed.ts";

/**
 * Reads a TAP stream. Subtests are indented by four spaces; a test point right after deeper points sums them up and
 * counts only when it failed and none of them did. The plan at the outermost level must be there and must hold.
 */
export function parseTap(text: string): Parsed<TestReport> {
  if (text.length > MAX_REPORT_BYTES) return malformed(`the report is larger than ${MAX_REPORT_BYTES} bytes`);
  const found = { total: 0, failed: 0, skipped: 0 };
  const passed = new Set<string>();
  const failures = new Set<string>();
  const skipped = new Set<string>();
  /** By depth: how many points were seen since the last shallower one, and how many of them failed. */
  const seen: { points: number; failed: number }[] = [];
  let outer = 0;
  let planned: number | null = null;
  let inYaml: string | null = null;

  for (const line of text.split(/\r?\n/)) {
    if (inYaml !== null) {
      if (line === `${inYaml}...`) inYaml = null;
      continue;
    }
    const yaml = /^(\s+)---$/.exec(line);
    if (yaml !== null) {
      inYaml = yaml[1]!;
      continue;
    }
    if (/^\s{0,400}Bail out!/.test(line)) return malformed("the run bailed out");
    const plan = /^1\.\.(\d{1,9})(?:\s|$)/.exec(line);
    if (plan !== null) {
      planned = (planned ?? 0) + Number(plan[1]);
      continue;
    }
    const point = /^( {0,400})(not )?ok\b(?:\s+\d{1,9})?(?:\s+(?:- )?(.*))?$/.exec(line);
    if (point === null) continue;
    const depth = Math.floor(point[1]!.length / 4);
    const inner = seen.length > depth + 1 ? sumDeeper(seen, depth + 1) : null;
    seen.length = Math.min(seen.length, depth + 1);
    while (seen.length <= depth) seen.push({ points: 0, failed: 0 });
    const level = seen[depth]!;
    const notOk = point[2] !== undefined;
    level.points += 1;
    if (depth === 0) outer += 1;
    const [description, directive] = splitDirective(point[3] ?? "");
    const name = testName([description]);
    if (notOk && directive !== "todo" && directive !== "skip") level.failed += 1;
    if (inner !== null && inner.points > 0 && !(notOk && inner.failed === 0 && directive === null)) continue;
    found.total += 1;
    if (found.total > MAX_TESTS) return malformed(`the report has more than ${MAX_TESTS} tests`);
    if (directive !== null) {
      found.skipped += 1;
      skipped.add(name);
    } else if (notOk) {
      found.failed += 1;
      failures.add(name);
    } else passed.add(name);
  }
  if (planned === null) return malformed("there is no plan line (1..N): the run ended early, or this is no TAP");
  if (planned !== outer) return malformed(`the plan says ${planned} tests, ${outer} were reported`);
  return {
    kind: "parsed",
    value: {
      counts: { ...found, passed: found.total - found.failed - found.skipped },
      passed: [...passed].sort(),
      failures: [...failures].sort(),
      skipped: [...skipped].sort(),
      emptyFiles: [],
    },
  };
}

const sumDeeper = (
  seen: readonly { readonly points: number; readonly failed: number }[],
  from: number,
): { readonly points: number; readonly failed: number } =>
  seen.slice(from).reduce((sum, level) => ({ points: sum.points + level.points, failed: sum.failed + level.failed }), {
    points: 0,
    failed: 0,
  });

function splitDirective(rest: string): readonly [string, "skip" | "todo" | null] {
  const at = rest.search(/(?:^|[^\\])# ?(?:skip|todo)/i);
  if (at < 0) return [rest.trim(), null];
  const hash = rest.indexOf("#", at);
  return [rest.slice(0, hash).trim(), /^# ?skip/i.test(rest.slice(hash)) ? "skip" : "todo"];
}
