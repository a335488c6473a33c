/** LCOV tracefiles (geninfo(1)): line coverage only. */
import { type CoverageReport, coverageOf, MAX_REPORT_BYTES, malformed, type Parsed } from "./parsed.ts";

const MAX_LINES = 5_000_000;

/**
 * Sums the lines of every file for which `counts(path)` holds. A file that appears twice is merged by line; a file
 * without line records counts through its LF and LH totals. Every record must be closed and every number sane.
 */
export function parseLcov(text: string, counts: (path: string) => boolean = () => true): Parsed<CoverageReport> {
  if (text.length > MAX_REPORT_BYTES) return malformed(`the coverage report is larger than ${MAX_REPORT_BYTES} bytes`);
  const lines = new Map<string, Map<number, boolean>>();
  const totals = new Map<string, { total: number; covered: number }>();
  let file: string | null = null;
  let found: number | null = null;
  let hit: number | null = null;
  let records = 0;
  let lineCount = 0;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("SF:")) {
      if (file !== null) return malformed("a record of the coverage report is not closed");
      file = line.slice(3);
      found = null;
      hit = null;
    } else if (line === "end_of_record") {
      if (file === null) return malformed("the coverage report closes a record that is not open");
      records += 1;
      if (!lines.has(file) && found !== null && hit !== null) {
        if (hit > found) return malformed("a file has more covered lines than lines");
        totals.set(file, { total: found, covered: hit });
      }
      file = null;
    } else if (file !== null && line.startsWith("DA:")) {
      const parts = /^DA:(\d{1,9}),(\d{1,15})(?:,|$)/.exec(line);
      if (parts === null) return malformed("a line record of the coverage report is broken");
      const of = lines.get(file) ?? new Map<number, boolean>();
      lines.set(file, of);
      of.set(Number(parts[1]), (of.get(Number(parts[1])) ?? false) || Number(parts[2]) > 0);
      lineCount += 1;
      if (lineCount > MAX_LINES) return malformed(`the coverage report has more than ${MAX_LINES} lines`);
    } else if (file !== null && /^L[FH]:/.test(line)) {
      const value = /^L[FH]:(\d{1,9})$/.exec(line)?.[1];
      if (value === undefined) return malformed("a total of the coverage report is broken");
      if (line.startsWith("LF")) found = Number(value);
      else hit = Number(value);
    }
  }
  if (file !== null) return malformed("the coverage report is not complete: the run ended before it was written");
  if (records === 0) return malformed("the coverage report is empty");
  let linesTotal = 0;
  let linesCovered = 0;
  for (const [path, of] of lines) {
    if (!counts(path)) continue;
    linesTotal += of.size;
    for (const covered of of.values()) if (covered) linesCovered += 1;
  }
  for (const [path, of] of totals) {
    if (!counts(path) || lines.has(path)) continue;
    linesTotal += of.total;
    linesCovered += of.covered;
  }
  const counted = new Map([...lines].filter(([path]) => counts(path)));
  return { kind: "parsed", value: { coverage: coverageOf(linesTotal, linesCovered), lines: counted } };
}
