/** JUnit XML, read by a small scanner (xml.ts): no DTD, caps on size, depth and count. */
import { MAX_REPORT_BYTES, MAX_TESTS, malformed, type Parsed, type TestReport, testName } from "./parsed.ts";
import { attribute, skipMarkup, tagEnd } from "./xml.ts";

const MAX_DEPTH = 200;

interface OpenElement {
  readonly tag: string;
  readonly name: string;
  failed: boolean;
  skipped: boolean;
}

/**
 * Reads one JUnit report, or several that follow one another (a script that runs two runners). Every element must be
 * closed. A `testcase` with a failure or error inside counts as failed, with a `skipped` inside as skipped; a `testsuite` counts only through what it holds.
 */
export function parseJunit(text: string): Parsed<TestReport> {
  if (text.length > MAX_REPORT_BYTES) return malformed(`the report is larger than ${MAX_REPORT_BYTES} bytes`);
  const stack: OpenElement[] = [];
  const found = { total: 0, failed: 0, skipped: 0 };
  const passed = new Set<string>();
  const failures = new Set<string>();
  const skipped = new Set<string>();
  const emptyFiles = new Set<string>();
  let roots = 0;
  /** Those of them that say at their end how many tests there were. */
  let counted = 0;
  /** node:test says at the end of its report how many tests and suites there were; what came in by another way is not among them. */
  let own: { elements: number; tests: number | null; suites: number | null } = {
    elements: 0,
    tests: null,
    suites: null,
  };

  const close = (element: OpenElement): void => {
    if (element.tag !== "testcase") return;
    const name = testName([...stack.filter((one) => one.tag === "testsuite").map((one) => one.name), element.name]);
    if (isFileEntry(element.name)) {
      emptyFiles.add(element.name);
      if (element.failed && !element.skipped) failures.add(name);
      return;
    }
    found.total += 1;
    if (element.skipped) {
      found.skipped += 1;
      skipped.add(name);
    } else if (element.failed) {
      found.failed += 1;
      failures.add(name);
    } else passed.add(name);
  };

  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const skip = skipMarkup(text, at);
    if (skip === "unclosed") return malformed("the report ends in the middle of an element");
    if (skip === "doctype") return malformed("the report has a document type declaration, which is not read");
    if (skip !== null) {
      const total = stack.length === 1 ? /^<!-- (tests|suites) (\d{1,9}) -->/.exec(text.slice(at, at + 40)) : null;
      if (total !== null) {
        const key = total[1] as "tests" | "suites";
        if (own[key] !== null) return malformed(`the report says twice how many ${key} there were`);
        own[key] = Number(total[2]);
      }
      at = skip;
      continue;
    }
    const end = tagEnd(text, at + 1);
    if (end < 0) return malformed("the report ends in the middle of a tag");
    const inside = text.slice(at + 1, end);
    at = end + 1;
    if (inside.startsWith("/")) {
      const element = stack.pop();
      if (element === undefined || element.tag !== inside.slice(1).trim())
        return malformed("the report closes an element that is not open");
      close(element);
      if (stack.length > 0) continue;
      if (own.tests !== null && own.elements > own.tests + (own.suites ?? 0))
        return malformed("the report holds more tests than the runner counted");
      counted += own.tests === null ? 0 : 1;
      continue;
    }
    const tag = /^[A-Za-z_][\w:.-]{0,100}/.exec(inside)?.[0];
    if (tag === undefined) return malformed("the report has a tag without a name");
    if (stack.length === 0) {
      if (tag !== "testsuites" && tag !== "testsuite") return malformed(`the report starts with <${tag}>`);
      roots += 1;
      own = { elements: 0, tests: null, suites: null };
    } else if (tag === "testsuites") return malformed("one report was written into another");
    const parent = stack.at(-1);
    if (parent?.tag === "testcase") {
      if (tag === "failure" || tag === "error") parent.failed = true;
      if (tag === "skipped") parent.skipped = true;
    }
    const element: OpenElement = {
      tag,
      name: attribute(inside, "name") ?? "",
      failed: false,
      skipped: false,
    };
    if (tag === "testsuite" || tag === "testcase") own.elements += 1;
    if (inside.endsWith("/")) close(element);
    else stack.push(element);
    if (stack.length > MAX_DEPTH) return malformed(`the report is nested deeper than ${MAX_DEPTH}`);
    if (found.total > MAX_TESTS) return malformed(`the report has more than ${MAX_TESTS} tests`);
  }
  if (roots === 0) return malformed("the report is empty");
  // Before or after what the runner has written.
  if (counted > 0 && counted < roots) return malformed("a report was written beside the runner's");
  if (stack.length > 0) return malformed("the report is not complete: the run ended before it was written");
  return {
    kind: "parsed",
    value: {
      counts: { ...found, passed: found.total - found.failed - found.skipped },
      passed: [...passed].sort(),
      failures: [...failures].sort(),
      skipped: [...skipped].sort(),
      emptyFiles: [...emptyFiles].sort(),
    },
  };
}

/** node:test reports a whole file as one testcase, by its absolute path, when the file itself reported no test. */
const isFileEntry = (name: string): boolean => /^(?:\/|[A-Za-z]:\\).+\.[cm]?[jt]sx?$/.test(name) && name.length < 4_096;
