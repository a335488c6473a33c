import fc from "fast-check";
import { expect, test } from "vitest";
import { mangledJson } from "../../test-support/mangled.ts";
import { parseSarif } from "./sarif.ts";

const result = (more: Record<string, unknown>) => ({
  ruleId: "no-unused-vars",
  message: { text: "'x' is never used" },
  locations: [
    { physicalLocation: { artifactLocation: { uri: "src/a.js" }, region: { startLine: 3, startColumn: 7 } } },
  ],
  ...more,
});
const log = (results: unknown, more: Record<string, unknown> = {}) => ({
  $schema: "https://json.schemastore.org/sarif-2.1.0.json",
  version: "2.1.0",
  runs: [
    {
      tool: {
        driver: {
          name: "ESLint",
          rules: [{ id: "no-unused-vars" }, { id: "no-eval", defaultConfiguration: { level: "error" } }],
        },
        extensions: [{ name: "more", rules: [{ id: "x/y", defaultConfiguration: { level: "note" } }] }],
      },
      results,
      ...more,
    },
  ],
});
const WHOLE = log([
  result({ level: "error" }),
  result({ level: "error", locations: [] }),
  result({}),
  result({ ruleId: "no-eval" }),
  result({ ruleId: undefined, ruleIndex: 1 }),
  result({ ruleId: "x/y", rule: { index: 0, toolComponent: { index: 0 } } }),
  result({ level: "none" }),
  result({ level: "error", suppressions: [{ kind: "inSource" }] }),
  result({ level: "error", suppressions: [{ kind: "external", status: "rejected" }], ruleId: "seen" }),
  result({ level: "error", baselineState: "absent" }),
  result({ kind: "pass" }),
]);
const parse = (report: unknown) => parseSarif(JSON.stringify(report));

test("errors are failures, with their place; warnings and notes are counted; a rule's level stands in for a missing one", () => {
  expect(parse(WHOLE)).toEqual({
    kind: "parsed",
    value: {
      findings: { errors: 5, warnings: 1, notes: 1 },
      failures: [
        "no-eval src/a.js:3 'x' is never used",
        "no-unused-vars 'x' is never used",
        "no-unused-vars src/a.js:3 'x' is never used",
        "seen src/a.js:3 'x' is never used",
        "src/a.js:3 'x' is never used",
      ],
    },
  });
});

test("a run that says its rule weighs more is believed", () => {
  const overridden = log([result({})], {
    invocations: [
      {
        executionSuccessful: true,
        ruleConfigurationOverrides: [{ descriptor: { id: "no-unused-vars" }, configuration: { level: "error" } }],
      },
    ],
  });
  expect(parse(overridden)).toMatchObject({ value: { findings: { errors: 1, warnings: 0 } } });
});

test("nothing found is nothing found", () =>
  expect(parse(log([]))).toEqual({
    kind: "parsed",
    value: { findings: { errors: 0, warnings: 0, notes: 0 }, failures: [] },
  }));

test.each<[unknown, string]>([
  [{ version: "2.0.0", runs: [] }, "no SARIF 2.1.0"],
  [{ version: "2.1.0" }, "no SARIF 2.1.0"],
  [{ version: "2.1.0", runs: [] }, "no run"],
  [{ version: "2.1.0", runs: [1] }, "no object"],
  [log(null), "no results"],
  [log([], { invocations: [{ executionSuccessful: false }] }), "did not run to its end"],
  [log([], { externalPropertyFileReferences: { results: [{ location: { uri: "a" } }] } }), "another file"],
  [log([result({ level: "fatal" })]), "not known"],
  [log([{}]), "no message"],
])("%# is malformed", (report, reason) =>
  expect(parse(report)).toEqual({ kind: "malformed", reason: expect.stringContaining(reason) }),
);

test("any text is answered and never thrown at", () => {
  fc.assert(
    fc.property(mangledJson(WHOLE), (text) => {
      const parsed = parseSarif(text);
      if (parsed.kind === "parsed")
        expect(parsed.value.failures.length).toBeLessThanOrEqual(parsed.value.findings.errors);
    }),
    { numRuns: 500 },
  );
});
