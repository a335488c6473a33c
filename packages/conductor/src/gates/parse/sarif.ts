/** SARIF 2.1.0, what linters and scanners write. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import type { Findings } from "../../model/gate.ts";
import { countIn, elements, isRecord, type JsonRecord, member, readJsonRecord } from "./json.ts";
import { malformed, type Parsed, testName } from "./parsed.ts";

const MAX_RESULTS = 200_000;
const SHOWN_CHARS = 120;

export interface FindingsReport {
  readonly findings: Findings;
  /** Each error as `rule path:line message`, sorted, each once. */
  readonly failures: readonly string[];
}

type Level = "error" | "warning" | "note" | "none";

/**
 * Counts the results of all runs. One of level error is a failure. A result without a level has its rule's, and without that
 * it is a warning (3.27.10); what is suppressed, or gone since the baseline, or says that all is well, does not count. A tool that
 * says it did not run to its end, or keeps its results in another file, makes the report malformed.
 */
export function parseSarif(text: string): Parsed<FindingsReport> {
  const read = readJsonRecord(text);
  if (read.kind === "malformed") return read;
  const [version, runs] = [member(read.value, "version"), member(read.value, "runs")];
  if (version !== "2.1.0" || !Array.isArray(runs)) return malformed("the report is no SARIF 2.1.0");
  if (runs.length === 0) return malformed("the report holds no run");
  const count: Record<Level, number> = { error: 0, warning: 0, note: 0, none: 0 };
  const failures = new Set<string>();
  let seen = 0;
  for (const run of runs) {
    const problem = isRecord(run) ? problemOf(run) : "a run of the report is no object";
    if (problem !== null) return malformed(problem);
    const levelOf = levelsOf(run as JsonRecord);
    for (const result of elements(member(run, "results"))) {
      if (!isRecord(result) || !isRecord(member(result, "message")))
        return malformed("a result of the report has no message");
      seen += 1;
      if (seen > MAX_RESULTS) return malformed(`the report has more than ${MAX_RESULTS} results`);
      if (!isOpen(result)) continue;
      const level = levelOf(result);
      if (level === null) return malformed("a result of the report has a level that is not known");
      count[level] += 1;
      if (level === "error") failures.add(inWords(result));
    }
  }
  return {
    kind: "parsed",
    value: {
      findings: { errors: count.error, warnings: count.warning, notes: count.note },
      failures: [...failures].sort(),
    },
  };
}

function problemOf(run: JsonRecord): string | null {
  const results = member(run, "results");
  if (elements(member(run, "invocations")).some((one) => member(one, "executionSuccessful") === false))
    return "the tool says that it did not run to its end";
  if (member(member(run, "externalPropertyFileReferences"), "results") !== undefined)
    return "the report keeps its results in another file, which is not read";
  // Null where the tool never got so far as to look (3.14.23).
  return Array.isArray(results) ? null : "a run of the report has no results";
}

/** True for a result that says something is wrong, and still is. */
function isOpen(result: JsonRecord): boolean {
  // Only a failure has a level of its own accord (3.27.10).
  if ((member(result, "kind") ?? "fail") !== "fail" && member(result, "level") === undefined) return false;
  if (member(result, "baselineState") === "absent") return false;
  const suppressions = elements(member(result, "suppressions"));
  return suppressions.length === 0 || suppressions.some((one) => (member(one, "status") ?? "accepted") !== "accepted");
}

/** What level a result of this run has; null for one that does not exist. */
function levelsOf(run: JsonRecord): (result: JsonRecord) => Level | null {
  const tool = member(run, "tool");
  const components = [member(tool, "driver"), ...elements(member(tool, "extensions"))];
  const byId = new Map<string, unknown>();
  for (const rule of components.flatMap((component) => elements(member(component, "rules")))) {
    const id = member(rule, "id");
    if (typeof id === "string" && !byId.has(id)) byId.set(id, rule);
  }
  const overrides = new Map<string, unknown>();
  for (const one of elements(member(run, "invocations")).flatMap((invocation) =>
    elements(member(invocation, "ruleConfigurationOverrides")),
  )) {
    const id = member(member(one, "descriptor"), "id");
    if (typeof id === "string") overrides.set(id, member(member(one, "configuration"), "level"));
  }
  return (result) => {
    const reference = member(result, "rule");
    const index = countIn(member(reference, "index") ?? member(result, "ruleIndex"));
    const extension = countIn(member(member(reference, "toolComponent"), "index"));
    const component = extension === null ? components[0] : components[extension + 1];
    const id = ruleOf(result);
    const rule =
      (index === null ? undefined : elements(member(component, "rules"))[index]) ??
      (id === null ? undefined : (byId.get(id) ?? byId.get(id.split("/")[0]!)));
    const ruleId = member(rule, "id") ?? id;
    const level =
      member(result, "level") ??
      (typeof ruleId === "string" ? overrides.get(ruleId) : undefined) ??
      member(member(rule, "defaultConfiguration"), "level") ??
      "warning";
    return level === "error" || level === "warning" || level === "note" || level === "none" ? level : null;
  };
}

function ruleOf(result: JsonRecord): string | null {
  const id = member(result, "ruleId") ?? member(member(result, "rule"), "id");
  return typeof id === "string" ? id : null;
}

function inWords(result: JsonRecord): string {
  const place = member(elements(member(result, "locations"))[0], "physicalLocation");
  const [path, line] = [
    member(member(place, "artifactLocation"), "uri"),
    countIn(member(member(place, "region"), "startLine")),
  ];
  const message = member(member(result, "message"), "text") ?? member(member(result, "message"), "id");
  const where = typeof path === "string" ? `${path}${line === null ? "" : `:${line}`}` : "";
  return testName([
    [ruleOf(result) ?? "", where, typeof message === "string" ? message.slice(0, SHOWN_CHARS) : ""]
      .filter((part) => part !== "")
      .join(" "),
  ]);
}
