/** Go's coverage profile (`go tool cover`): blocks of statements, by file and line. */
import { type CoverageReport, coverageOf, MAX_REPORT_BYTES, malformed, type Parsed } from "./parsed.ts";

const MAX_BLOCKS = 2_000_000;
const LONGEST_BLOCK = 100_000;

/** Every line of a block counts as code; it is covered when a block over it was entered. */
export function parseGoCover(text: string, counts: (path: string) => boolean = () => true): Parsed<CoverageReport> {
  if (text.length > MAX_REPORT_BYTES) return malformed(`the coverage report is larger than ${MAX_REPORT_BYTES} bytes`);
  const rows = text.split(/\r?\n/).filter((row) => row !== "");
  if (!/^mode: (?:set|count|atomic)$/.test(rows[0] ?? "")) return malformed("the coverage report has no mode line");
  if (rows.length > MAX_BLOCKS) return malformed(`the coverage report has more than ${MAX_BLOCKS} blocks`);
  const lines = new Map<string, Map<number, boolean>>();
  for (const row of rows.slice(1)) {
    if (/^mode: /.test(row)) continue;
    const block = /^(.+):(\d{1,7})\.\d{1,5},(\d{1,7})\.\d{1,5} \d{1,7} (\d{1,15})$/.exec(row);
    if (block === null) return malformed("a block of the coverage report is broken");
    const [path, from, to, hits] = [block[1]!, Number(block[2]), Number(block[3]), Number(block[4])];
    if (to < from || to - from > LONGEST_BLOCK) return malformed("a block of the coverage report is broken");
    if (!counts(path)) continue;
    const of = lines.get(path) ?? new Map<number, boolean>();
    lines.set(path, of);
    for (let line = from; line <= to; line += 1) of.set(line, (of.get(line) ?? false) || hits > 0);
  }
  let linesTotal = 0;
  let linesCovered = 0;
  for (const of of lines.values()) {
    linesTotal += of.size;
    for (const covered of of.values()) if (covered) linesCovered += 1;
  }
  return { kind: "parsed", value: { coverage: coverageOf(linesTotal, linesCovered), lines } };
}
