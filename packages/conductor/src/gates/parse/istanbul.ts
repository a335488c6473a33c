/**
 * Istanbul's two reports in JSON: `coverage-summary.json` (reporter json-summary) and `coverage-final.json` (reporter json).
 * https://github.com/istanbuljs/istanbuljs, istanbul-reports and istanbul-lib-coverage
 */
import { countIn, isRecord, type JsonRecord, member, readJsonRecord } from "./json.ts";
import { type CoverageReport, coverageOf, malformed, type Parsed } from "./parsed.ts";

const MAX_LINES = 5_000_000;

/**
 * Reads either of the two and sums the lines of every file for which `counts(path)` holds. Only coverage-final.json tells of
 * single lines: a line is code where a statement begins, and covered when one that begins there was executed.
 */
export function parseIstanbul(text: string, counts: (path: string) => boolean = () => true): Parsed<CoverageReport> {
  const read = readJsonRecord(text);
  if (read.kind === "malformed") return read;
  const report = read.value;
  return isRecord(member(report, "total")) && member(member(report, "total"), "statementMap") === undefined
    ? readSummary(report, counts)
    : readFinal(report, counts);
}

interface Sum {
  total: number;
  covered: number;
}

function readSummary(report: JsonRecord, counts: (path: string) => boolean): Parsed<CoverageReport> {
  const [all, counted]: [Sum, Sum] = [
    { total: 0, covered: 0 },
    { total: 0, covered: 0 },
  ];
  const files = Object.entries(report).filter(([path]) => path !== "total");
  for (const [path, file] of files) {
    const lines = linesOf(file);
    if (lines === null) return malformed("a file of the coverage report does not say how many lines it has");
    for (const sum of counts(path) ? [all, counted] : [all]) {
      sum.total += lines.total;
      sum.covered += lines.covered;
    }
  }
  const total = linesOf(member(report, "total"));
  if (total === null) return malformed("the coverage report does not say how many lines there are");
  if (files.length > 0 && (total.total !== all.total || total.covered !== all.covered))
    return malformed("the files of the coverage report do not add up to its total");
  const { total: linesTotal, covered: linesCovered } = files.length === 0 ? total : counted;
  return { kind: "parsed", value: { coverage: coverageOf(linesTotal, linesCovered), lines: new Map() } };
}

function linesOf(file: unknown): Sum | null {
  const lines = member(file, "lines");
  const [total, covered] = [countIn(member(lines, "total")), countIn(member(lines, "covered"))];
  return total === null || covered === null || covered > total ? null : { total, covered };
}

function readFinal(report: JsonRecord, counts: (path: string) => boolean): Parsed<CoverageReport> {
  const lines = new Map<string, Map<number, boolean>>();
  let [seen, linesTotal, linesCovered] = [0, 0, 0];
  for (const [key, file] of Object.entries(report)) {
    const [map, hits, path] = [member(file, "statementMap"), member(file, "s"), member(file, "path") ?? key];
    if (!isRecord(map) || !isRecord(hits) || typeof path !== "string")
      return malformed("a file of the coverage report has no statements: it is none of istanbul's");
    const of = new Map<number, boolean>();
    for (const [id, place] of Object.entries(map)) {
      const [line, count] = [countIn(member(member(place, "start"), "line")), countIn(member(hits, id))];
      if (line === null || count === null) return malformed("a statement of the coverage report is broken");
      of.set(line, (of.get(line) ?? false) || count > 0);
      seen += 1;
      if (seen > MAX_LINES) return malformed(`the coverage report has more than ${MAX_LINES} statements`);
    }
    if (!counts(path)) continue;
    lines.set(path, of);
    linesTotal += of.size;
    for (const covered of of.values()) if (covered) linesCovered += 1;
  }
  if (Object.keys(report).length === 0) return malformed("the coverage report is empty");
  return { kind: "parsed", value: { coverage: coverageOf(linesTotal, linesCovered), lines } };
}
