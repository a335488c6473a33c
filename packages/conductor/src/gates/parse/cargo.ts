/** What `cargo test` prints for people; its JSON is not stable yet. */
import {
  MAX_REPORT_BYTES,
  MAX_TESTS,
  malformed,
  type Parsed,
  reportOfNames,
  type TestReport,
  testName,
} from "./parsed.ts";

/** Reads `test NAME ... ok|FAILED|ignored` lines, under the binary that ran them; every `running N tests` must be kept. */
export function parseCargo(text: string): Parsed<TestReport> {
  if (text.length > MAX_REPORT_BYTES) return malformed(`the report is larger than ${MAX_REPORT_BYTES} bytes`);
  const [passed, failed, skipped] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let binary = "";
  let promised = 0;
  let seen = 0;
  let results = 0;
  for (const line of text.split(/\r?\n/)) {
    const running = /^ {3,}(?:Running|Doc-tests) (.*?)(?: \(.*\))?$/.exec(line);
    if (running) binary = running[1]!;
    const count = /^running (\d{1,7}) tests?$/.exec(line);
    if (count) promised += Number(count[1]);
    const test = /^test (.{1,400}?) \.\.\. (ok|FAILED|ignored)\b/.exec(line);
    if (test) {
      seen += 1;
      if (seen > MAX_TESTS) return malformed(`the report has more than ${MAX_TESTS} tests`);
      const name = testName([...(binary === "" ? [] : [binary]), test[1]!.replace(/ - should panic$/, "")]);
      (test[2] === "ok" ? passed : test[2] === "FAILED" ? failed : skipped).add(name);
    }
    if (/^test result: (?:ok|FAILED)\./.test(line)) results += 1;
  }
  if (results === 0) return malformed("no test binary came to its end: this is no report of cargo test");
  if (seen !== promised) return malformed(`${promised} tests were to run, ${seen} were reported`);
  return { kind: "parsed", value: reportOfNames(passed, failed, skipped) };
}
