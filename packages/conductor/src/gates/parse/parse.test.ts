import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExit } from "./exit.ts";
import { parseJunit } from "./junit.ts";
import { parseLcov } from "./lcov.ts";
import type { Parsed } from "./parsed.ts";
import { parseTap } from "./tap.ts";

const readOk = <T>(parsed: Parsed<T>): T => {
  if (parsed.kind !== "parsed") throw new Error(parsed.reason);
  return parsed.value;
};

const JUNIT = `<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testcase name="adds &lt;&amp;&quot;&#x41;" time="0.1" classname="test"/>
	<testcase name="later" classname="test"><skipped type="skipped" message="true"/></testcase>
	<testcase name="/repo/test/early.test.js" classname="test"/>
	<testsuite name="suite" tests="2" failures="1">
		<testcase name="ok" classname="test"/>
		<testcase name="bad" classname="test" failure="1 == 2"><failure message="a > b">text &lt;failure> <![CDATA[<failure/>]]></failure></testcase>
	</testsuite>
	<!-- a note: <failure> -->
	<!-- tests 5 -->
	<!-- suites 1 -->
</testsuites>
`;

const FORGED = '<testsuites><testcase name="forged"/></testsuites>';

describe("junit", () => {
  test("counts tests, names failures with their suite, and sets apart files that reported nothing", () => {
    expect(readOk(parseJunit(JUNIT))).toEqual({
      counts: { total: 4, passed: 2, failed: 1, skipped: 1 },
      passed: ['adds <&"A', "suite > ok"],
      failures: ["suite > bad"],
      skipped: ["later"],
      emptyFiles: ["/repo/test/early.test.js"],
    });
  });
  test("two reports one after another are summed", () =>
    expect(readOk(parseJunit(JUNIT + JUNIT)).counts.total).toBe(8));
  test.each([
    ["", "empty"],
    ["hello", "empty"],
    ["<testsuites>", "not complete"],
    ["<testsuites><testcase name='a'", "middle of a tag"],
    ["<testsuites></testsuite>", "not open"],
    ["</testsuites>", "not open"],
    ["<html></html>", "starts with <html>"],
    ["<testsuites><!-- ", "middle of an element"],
    ['<!DOCTYPE x [<!ENTITY a "b">]><testsuites/>', "document type"],
    [`${"<testsuite>".repeat(300)}`, "nested"],
  ])("%j is malformed", (text, reason) =>
    expect(parseJunit(text)).toEqual({ kind: "malformed", reason: expect.stringContaining(reason) }),
  );
  test("a report that somebody began before the runner's own makes the whole malformed", () =>
    expect(parseJunit(`${FORGED}<!--${JUNIT}`).kind).toBe("malformed"));
  test.each([`${FORGED}${JUNIT}`, `${JUNIT}${FORGED}`])("nor is one taken that stands beside it", (text) =>
    expect(parseJunit(text)).toEqual({ kind: "malformed", reason: "a report was written beside the runner's" }),
  );
  test.each([
    ['<testcase name="forged"/>', "more tests than"],
    ["<!-- tests 9 -->", "twice"],
    [FORGED, "into another"],
  ])("what somebody put into the runner's report (%s) is noticed", (forged, reason) => {
    const mixed = JUNIT.replace('<testcase name="later"', `${forged}$&`);
    expect(parseJunit(mixed)).toEqual({ kind: "malformed", reason: expect.stringContaining(reason) });
  });
  test("entities are not expanded beyond XML's own", () =>
    expect(
      readOk(parseJunit('<testsuites><testcase name="&a; &#0;&#xD800;"><failure/></testcase></testsuites>')).failures,
    ).toEqual(["&a;  &#xD800;"]));
  test("any text is answered and never thrown at", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "</",
      "/>",
      "<!--",
      "-->",
      "<testsuites>",
      "</testsuites>",
      '<testcase name="',
      '"',
      "<failure/>",
      "<![CDATA[",
      "]]>",
      "&lt;",
      " ",
      "x",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join("")),
        ),
        (text) => {
          const parsed = parseJunit(text);
          if (parsed.kind === "parsed") {
            const { total, passed, failed, skipped } = parsed.value.counts;
            expect(passed + failed + skipped).toBe(total);
            expect(Math.min(passed, failed, skipped)).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
  test("what is written is what is read", () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((s) => !s.startsWith("/"));
    const quoted = (s: string): string => s.replace(/[&<>"]/g, (c) => `&#${c.codePointAt(0)};`);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.constantFrom("", "<failure/>", "<skipped/>"))), (tests) => {
        const xml = `<testsuites>${tests.map(([n, b]) => `<testcase name="${quoted(n)}">${b}</testcase>`).join("\n")}</testsuites>`;
        const { counts } = readOk(parseJunit(xml));
        expect(counts).toEqual({
          total: tests.length,
          passed: tests.filter(([, b]) => b === "").length,
          failed: tests.filter(([, b]) => b === "<failure/>").length,
          skipped: tests.filter(([, b]) => b === "<skipped/>").length,
        });
      }),
    );
  });
});

describe("tap", () => {
  test("counts leaves, not the lines that sum up subtests", () => {
    const text = `TAP version 13
# Subtest: suite
    ok 1 - inner ok
    not ok 2 - inner bad
      ---
      not ok 99 - not a test
      ...
    1..2
not ok 1 - suite
ok 2 - later # SKIP slow
not ok 3 - some day # TODO
ok 4 - hash \\# skip in a name
1..4
`;
    expect(readOk(parseTap(text))).toEqual({
      counts: { total: 5, passed: 2, failed: 1, skipped: 2 },
      passed: ["hash \\# skip in a name", "inner ok"],
      failures: ["inner bad"],
      skipped: ["later", "some day"],
      emptyFiles: [],
    });
  });
  test.each([
    ["ok 1 - a", "no plan"],
    ["ok 1\n1..2", "says 2"],
    ["1..1\nBail out! disk", "bailed"],
    ["", "no plan"],
  ])("%j is malformed", (text, reason) =>
    expect(parseTap(text)).toEqual({ kind: "malformed", reason: expect.stringContaining(reason) }),
  );
  test("any text is answered", () => {
    const piece = fc.constantFrom(
      "ok 1",
      "not ok 2 - x",
      "    ok",
      "1..2",
      "\n",
      "    ---",
      "    ...",
      "# skip",
      "        not ok 1",
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((p) => p.join("\n")),
        (text) => {
          const parsed = parseTap(text);
          if (parsed.kind === "parsed") {
            const { total, passed, failed, skipped } = parsed.value.counts;
            expect(passed + failed + skipped).toBe(total);
          }
        },
      ),
    );
  });
});

describe("lcov", () => {
  const FILE = "TN:\nSF:src/a.js\nDA:1,1\nDA:2,0\nDA:3,5\nLH:2\nLF:3\nend_of_record\n";
  test("sums lines and rounds down", () =>
    expect(readOk(parseLcov(FILE))).toEqual({
      coverage: { linesTotal: 3, linesCovered: 2, percent: 66.66 },
      lines: new Map([
        [
          "src/a.js",
          new Map([
            [1, true],
            [2, false],
            [3, true],
          ]),
        ],
      ]),
    }));
  test("the same file twice is merged by line", () =>
    expect(readOk(parseLcov(`${FILE}SF:src/a.js\nDA:2,1\nend_of_record\n`)).coverage.percent).toBe(100));
  test("files can be left out, totals alone count", () =>
    expect(readOk(parseLcov(`${FILE}SF:b\nLF:10\nLH:5\nend_of_record`, (p) => p === "b")).coverage.percent).toBe(50));
  test.each([
    ["", "empty"],
    ["SF:a\nDA:1,1", "not complete"],
    ["SF:a\nSF:b", "not closed"],
    ["SF:a\nDA:1,-1\nend_of_record", "broken"],
    ["SF:a\nLF:1\nLH:2\nend_of_record", "more covered"],
    ["end_of_record", "not open"],
  ])("%j is malformed", (text, reason) =>
    expect(parseLcov(text)).toEqual({ kind: "malformed", reason: expect.stringContaining(reason) }),
  );
  test("29 covered lines of 100 are 29 percent", () => {
    const lines = Array.from({ length: 100 }, (_, i) => `DA:${i + 1},${i < 29 ? 1 : 0}`).join("\n");
    expect(readOk(parseLcov(`SF:a\n${lines}\nend_of_record`)).coverage.percent).toBe(29);
  });
});

test("only exit 0 is good; what is not there is missing; what did not end by itself is broken", () => {
  const kind = (end: Parameters<typeof parseExit>[0], output = "") => parseExit(end, output, 1_000).kind;
  expect(kind({ kind: "exited", code: 0 }, "npm error Missing script:")).toBe("ok");
  expect(kind({ kind: "exited", code: 1 })).toBe("failed");
  expect(kind({ kind: "exited", code: 1 }, 'npm error Missing script: "lint"')).toBe("missing");
  expect(kind({ kind: "exited", code: 127 })).toBe("missing");
  expect(kind({ kind: "signalled", signal: "SIGKILL" })).toBe("broken");
  expect(kind({ kind: "timed-out" })).toBe("broken");
  expect(kind({ kind: "spawn-failed", reason: "x" })).toBe("missing");
});
