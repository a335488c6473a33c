/** How well the lines are covered that a change adds. Pure. */
import { relative } from "node:path";
import type { LineCoverage } from "./parse/parsed.ts";

/** What is asked of changed lines. */
export interface ChangedLines {
  /** Numbers of added lines by path, from the repository's top. */
  readonly lines: ReadonlyMap<string, ReadonlySet<number>>;
  /** Where the checkout was that was measured: reports may name files by their whole path. */
  readonly checkout: string;
}

export interface ChangedCoverage {
  readonly total: number;
  readonly covered: number;
  /** Uncovered lines by path, in order. */
  readonly missing: readonly { readonly path: string; readonly lines: readonly number[] }[];
}

/** Counts the added lines that the report knows as code. A file that the report does not name was not measured, and is not counted. */
export function changedCoverage(measured: LineCoverage, { lines, checkout }: ChangedLines): ChangedCoverage {
  const byPath = new Map([...measured].map(([path, of]) => [plainPath(path, checkout), of] as const));
  let [total, covered] = [0, 0];
  const missing: { path: string; lines: number[] }[] = [];
  for (const [path, added] of lines) {
    // Go names files from their module's own address.
    const of = byPath.get(path) ?? [...byPath].find(([name]) => name.endsWith(`/${path}`))?.[1];
    const uncovered: number[] = [];
    for (const line of of === undefined ? [] : added) {
      const hit = of?.get(line);
      if (hit === undefined) continue;
      total += 1;
      if (hit) covered += 1;
      else uncovered.push(line);
    }
    if (uncovered.length > 0) missing.push({ path, lines: uncovered.sort((a, b) => a - b) });
  }
  return { total, covered, missing };
}

const plainPath = (path: string, checkout: string): string =>
  (path.startsWith("/") ? relative(checkout, path) : path).replace(/^\.\//, "");

/** `src/a.js 3, 7-9; src/b.js 1`, at most three files. */
export function missingInWords(missing: ChangedCoverage["missing"]): string {
  const files = missing.slice(0, 3).map(({ path, lines }) => `${path} ${runsOf(lines)}`);
  return [...files, ...(missing.length > 3 ? [`and ${missing.length - 3} files more`] : [])].join("; ");
}

function runsOf(lines: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else runs.push([line, line]);
  }
  const words = runs.slice(0, 8).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return [...words, ...(runs.length > 8 ? ["..."] : [])].join(", ");
}
