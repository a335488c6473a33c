/** What `go test -json` prints: one event a line (`go doc test2json`). */
import {
  MAX_REPORT_BYTES,
  MAX_TESTS,
  malformed,
  type Parsed,
  reportOfNames,
  type TestReport,
  testName,
} from "./parsed.ts";

interface TestEvent {
  readonly Action?: unknown;
  readonly Package?: unknown;
  readonly Test?: unknown;
}

/**
 * Reads the events. A test that only has subtests counts as they do; a package that failed without a failing test (it did not
 * build) is a failure of its own. A test that began and never ended makes the report malformed.
 */
export function parseGoJson(text: string): Parsed<TestReport> {
  if (text.length > MAX_REPORT_BYTES) return malformed(`the report is larger than ${MAX_REPORT_BYTES} bytes`);
  const state = new Map<string, "running" | "pass" | "fail" | "skip">();
  const brokenPackages: string[] = [];
  let packages = 0;
  for (const line of text.split("\n")) {
    if (!line.startsWith("{")) continue;
    const event = eventOf(line);
    if (event === null) return malformed("a line of the report is no JSON");
    const { Action: action, Package: inside, Test: test } = event;
    if (typeof inside !== "string") continue;
    const ended = action === "pass" || action === "fail" || action === "skip";
    if (typeof test === "string") {
      const name = testName([inside, ...test.split("/")]);
      if (action === "run") state.set(name, "running");
      else if (ended) state.set(name, action);
      if (state.size > MAX_TESTS) return malformed(`the report has more than ${MAX_TESTS} tests`);
    } else if (ended) {
      packages += 1;
      if (action === "fail" && ![...state].some(([name, word]) => word === "fail" && name.startsWith(`${inside} > `)))
        brokenPackages.push(testName([inside]));
    }
  }
  if (packages === 0) return malformed("no package came to its end: this is no report of go test -json");
  if ([...state.values()].includes("running")) return malformed("a test began and never ended");
  const parents = new Set([...state.keys()].map((name) => name.slice(0, Math.max(0, name.lastIndexOf(" > ")))));
  const names = (word: string): string[] =>
    [...state]
      .filter(([name, one]) => one === word && !(parents.has(name) && word !== "fail"))
      .filter(([name, one]) => !(one === "fail" && parents.has(name) && hasFailing(state, name)))
      .map(([name]) => name);
  return { kind: "parsed", value: reportOfNames(names("pass"), [...names("fail"), ...brokenPackages], names("skip")) };
}

const hasFailing = (state: ReadonlyMap<string, string>, parent: string): boolean =>
  [...state].some(([name, word]) => word === "fail" && name.startsWith(`${parent} > `));

function eventOf(line: string): TestEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}
