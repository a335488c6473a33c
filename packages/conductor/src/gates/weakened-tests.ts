/** What a change takes away from tests, seen in their text before anything is run. Pure. */
import type { RatchetFinding } from "./ratchet.ts";

/** A test file before and after; null = not there. */
export interface TestFileChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A line that expects something: JavaScript and TypeScript, Python, Go, Rust. */
const ASSERTION =
  /\bassert\w*(?:\.\w+)*!?\s*\(|\bexpect(?:\.\w+)*\s*\(|\bt\.(?:is|not|ok|notOk|true|false|truthy|falsy|equal|notEqual|deepEqual|same|match|like|throws|rejects|throwsAsync|Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(|\.should\b|^\s*assert\s|\bself\.assert\w+\s*\(|\b(?:require|assert)\.[A-Z]\w+\s*\(|\bassert(?:_eq|_ne)?!\s*\(/;

/** What keeps a test from running, or all others. */
const SKIP =
  /\b(?:it|test|describe|suite|context)\.(?:skip|todo|only)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(|\b(?:skip|todo|only)\s*:\s*(?:true|["'`])|\bt\.(?:skip|todo|Skip|Skipf|SkipNow)\s*\(|\bpytest\.(?:mark\.)?(?:skip|skipif|xfail)\b|\bunittest\.(?:skip|expectedFailure)|#\[ignore/g;

const TEST = /\b(?:it|test|describe)\s*\(|^\s*(?:async )?def test_|^func Test|#\[(?:tokio::)?test\]/m;

/**
 * Compares all changed test files together, so that a test that moved to another file is not missed: whole files that are
 * gone, assertions of the base that are nowhere any more, and tests that are newly skipped or singled out.
 */
export function weakenings(changes: readonly TestFileChange[]): readonly RatchetFinding[] {
  const left = new Map<string, number>();
  for (const { after } of changes) for (const line of assertionsIn(after)) left.set(line, (left.get(line) ?? 0) + 1);
  const findings: RatchetFinding[] = [];
  for (const { path, before, after } of changes) {
    const gone = assertionsIn(before).filter((line) => {
      const count = left.get(line) ?? 0;
      left.set(line, count - 1);
      return count <= 0;
    }).length;
    if (before !== null && after === null) {
      if (gone > 0 || (assertionsIn(before).length === 0 && TEST.test(before)))
        findings.push({ rule: "test-file-gone", gate: "test", message: `${path} is deleted` });
    } else if (gone > 0) {
      const what = gone === 1 ? "1 assertion of the base is" : `${gone} assertions of the base are`;
      findings.push({ rule: "assertions-gone", gate: "test", message: `${path}: ${what} not there any more` });
    }
    const more = skipsIn(after) - skipsIn(before);
    if (more > 0) {
      const what = more === 1 ? "1 test is" : `${more} tests are`;
      findings.push({ rule: "skips-tests", gate: "test", message: `${path}: ${what} newly skipped or singled out` });
    }
  }
  return findings;
}

/** What expects something, from where it begins to the end of its line, without spaces; what is commented out does not. */
const assertionsIn = (text: string | null): readonly string[] =>
  (text ?? "").split("\n").flatMap((line) => {
    const at = line.length < 2_000 ? line.search(ASSERTION) : -1;
    return at < 0 || /^\s*(?:\/\/|#|\*|\/\*)/.test(line) ? [] : [line.slice(at).replace(/\s+/g, "")];
  });

const skipsIn = (text: string | null): number => (text ?? "").match(SKIP)?.length ?? 0;
