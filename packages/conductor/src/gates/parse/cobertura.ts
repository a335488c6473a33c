/** Cobertura's XML (coverage-04.dtd), as coverage.py, istanbul and others write it: line coverage only. */
import { posix } from "node:path";
import { type CoverageReport, coverageOf, MAX_REPORT_BYTES, malformed, type Parsed } from "./parsed.ts";
import { attribute, decode, skipMarkup, tagEnd } from "./xml.ts";

const MAX_DEPTH = 200;
const MAX_LINES = 5_000_000;

/**
 * Sums the lines of every class whose file `counts`: those that stand in its own `lines`, not again those of its methods. A
 * file of several classes is merged by line. Where there is one absolute source, file names are taken from there.
 */
export function parseCobertura(text: string, counts: (path: string) => boolean = () => true): Parsed<CoverageReport> {
  if (text.length > MAX_REPORT_BYTES) return malformed(`the coverage report is larger than ${MAX_REPORT_BYTES} bytes`);
  const stack: string[] = [];
  const lines = new Map<string, Map<number, boolean>>();
  const sources: string[] = [];
  let [roots, seen, sourceFrom] = [0, 0, 0];
  let file: Map<number, boolean> | null = null;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const skip = skipMarkup(text, at);
    if (skip === "unclosed") return malformed("the coverage report ends in the middle of an element");
    if (skip === "doctype") {
      // An outside definition is named and never fetched; one with definitions of its own is not read.
      const declared = /^<!DOCTYPE coverage(?: SYSTEM (?:"[^"<>]{0,300}"|'[^'<>]{0,300}'))?\s*>/.exec(
        text.slice(at, at + 400),
      );
      if (declared === null || roots > 0)
        return malformed("the coverage report has a document type declaration, which is not read");
      at += declared[0].length;
      continue;
    }
    if (skip !== null) {
      at = skip;
      continue;
    }
    const end = tagEnd(text, at + 1);
    if (end < 0) return malformed("the coverage report ends in the middle of a tag");
    const inside = text.slice(at + 1, end);
    const before = at;
    at = end + 1;
    if (inside.startsWith("/")) {
      const tag = stack.pop();
      if (tag === undefined || tag !== inside.slice(1).trim())
        return malformed("the coverage report closes an element that is not open");
      if (tag === "source" && stack.at(-1) === "sources")
        sources.push(decode(text.slice(sourceFrom, before)).trim().slice(0, 4_096));
      if (tag === "class") file = null;
      continue;
    }
    const tag = /^[A-Za-z_][\w:.-]{0,100}/.exec(inside)?.[0];
    if (tag === undefined) return malformed("the coverage report has a tag without a name");
    if (stack.length === 0) {
      if (tag !== "coverage") return malformed(`the coverage report starts with <${tag}>`);
      if (roots > 0) return malformed("one coverage report follows another");
      roots += 1;
    }
    if (tag === "class") {
      const path = attribute(inside, "filename");
      if (path === null) return malformed("a class of the coverage report names no file");
      file = lines.get(path) ?? new Map();
      lines.set(path, file);
    }
    if (tag === "line" && file !== null && stack.at(-1) === "lines" && stack.at(-2) === "class") {
      const [number, hits] = [attribute(inside, "number"), attribute(inside, "hits")];
      if (number === null || hits === null || !/^\d{1,9}$/.test(number) || !/^\d{1,15}$/.test(hits))
        return malformed("a line of the coverage report is broken");
      file.set(Number(number), (file.get(Number(number)) ?? false) || Number(hits) > 0);
      seen += 1;
      if (seen > MAX_LINES) return malformed(`the coverage report has more than ${MAX_LINES} lines`);
    }
    if (inside.endsWith("/")) {
      if (tag === "class") file = null;
    } else {
      stack.push(tag);
      sourceFrom = at;
    }
    if (stack.length > MAX_DEPTH) return malformed(`the coverage report is nested deeper than ${MAX_DEPTH}`);
  }
  if (roots === 0) return malformed("the coverage report is empty");
  if (stack.length > 0) return malformed("the coverage report is not complete: the run ended before it was written");
  return { kind: "parsed", value: sumUp(lines, sources, counts) };
}

function sumUp(
  lines: ReadonlyMap<string, ReadonlyMap<number, boolean>>,
  sources: readonly string[],
  counts: (path: string) => boolean,
): CoverageReport {
  const from = sources.length === 1 && sources[0]!.startsWith("/") ? sources[0]! : null;
  const counted = new Map([...lines].filter(([path]) => counts(path)).map(([path, of]) => [placed(path, from), of]));
  let [total, covered] = [0, 0];
  for (const of of counted.values()) {
    total += of.size;
    for (const hit of of.values()) if (hit) covered += 1;
  }
  return { coverage: coverageOf(total, covered), lines: counted };
}

const placed = (path: string, from: string | null): string =>
  from === null || path.startsWith("/") ? path : posix.join(from, path);
