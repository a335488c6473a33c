/** The report as plain text. Pure. */
import { endOf, type Headline, headlineOf } from "./headline.ts";
import { cells, cut, hanging, spread } from "./layout.ts";
import type { Need } from "./needs.ts";
import type { Report } from "./report.ts";
import { type LandedRow, type Section, sectionsOf } from "./sections.ts";
import type { Way } from "./ways.ts";

export interface TextOptions {
  /** Cells of a line. */
  readonly width: number;
  /** IANA name of the time zone, e.g. "Europe/Vienna". */
  readonly zone: string;
}

/** Lines without line ends and without colour. Texts in the report must be sanitised already. */
export function reportText(report: Report, { width, zone }: TextOptions): readonly string[] {
  const end = endOf(report);
  return [
    ...headLines(headlineOf(report, zone), width),
    ...sectionsOf(report).flatMap((section) => ["", section.title, ...linesOf(section, width)]),
    ...(end === null ? [] : ["", end]),
  ];
}

const headLines = ({ name, when, sentences }: Headline, width: number): readonly string[] => [
  ...spread(name, when, width),
  ...sentences.flatMap((sentence) => hanging("", sentence, width)),
];

function linesOf(section: Section, width: number): readonly string[] {
  switch (section.kind) {
    case "needs":
      return section.needs.length === 0
        ? ["  Nothing."]
        : section.needs.flatMap((need, at) => needLines(need, at + 1, width));
    case "ways":
      return section.ways.flatMap((way) => wayLines(way, width));
    case "landed":
      return section.rows.flatMap((row) => landedLines(row, width));
    case "taken-back":
      return section.rows.flatMap(({ commit, id, title, note }) => titled(`  ${commit}  ${id}  `, title, note, width));
    case "figures":
      return section.rows.flatMap(([name, text]) => hanging(`  ${name.padEnd(15)}`, text, width));
  }
}

function needLines({ text, items = [], command, cure }: Need, n: number, width: number): readonly string[] {
  const lines = hanging(`${String(n).padStart(3)}  `, text, width);
  const cures = cure === undefined ? [] : spread("", cure, width);
  const below = items.flatMap((item) => hanging("       ", item, width));
  if (command === null) return [...lines, ...below, ...cures];
  return [...lines.slice(0, -1), ...spread(lines.at(-1)!, command, width), ...below, ...cures];
}

function wayLines({ name, command, id, title, note }: Way, width: number): readonly string[] {
  if (command !== null) return spread(`  ${name.padEnd(12)}${command}`, note, width);
  return titled(`${" ".repeat(14)}${id}  `, title, note, width);
}

const landedLines = ({ commit, id, title, gates, cost }: LandedRow, width: number): readonly string[] =>
  titled(`  ${commit}  ${id}  `, title, `${gates}  ${cost}`, width);

/** Only the title is cut. */
const titled = (start: string, title: string, note: string, width: number): readonly string[] =>
  spread(start + cut(title, Math.max(4, width - cells(start) - cells(note) - 2)), note, width);
