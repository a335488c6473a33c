/** The report as Markdown, ready for a pull request. What others wrote is escaped: it is text, never markup. Pure. */
import { sanitise } from "@taskwerk/terminal/sanitise";
import { short } from "../model/short.ts";
import { endOf, headlineOf } from "./headline.ts";
import type { Need } from "./needs.ts";
import type { Report } from "./report.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { money } from "./times.ts";
import type { Way } from "./ways.ts";

/** The whole report, ending in a line end: all that the text says, and the tables behind it. Times are in `zone` (IANA). */
export function reportMarkdown(report: Report, { zone }: { readonly zone: string }): string {
  const { name, when, sentences } = headlineOf(report, zone);
  const end = endOf(report);
  const blocks = [
    `# ${escaped(name)}`,
    [when, ...sentences].map(escaped).join("  \n"),
    ...sectionsOf(report).flatMap((section) => [`## ${heading(section.title)}`, blockOf(section)]),
    ...notLanded(report),
    ...requirements(report),
    ...receipts(report),
    ...assumptions(report),
    ...(end === null ? [] : [escaped(end)]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** FOR YOU → For you */
const heading = (title: string): string => title.charAt(0) + title.slice(1).toLowerCase();

function blockOf(section: Section): string {
  switch (section.kind) {
    case "needs":
      return section.needs.length === 0 ? "Nothing." : section.needs.map(needItem).join("\n");
    case "ways":
      return section.ways.map(wayItem).join("\n");
    case "landed":
      return table([
        ["commit", "task", "title", "gates", "cost"],
        ...section.rows.map(({ commit, id, title, gates, cost }) => [commit, id, title, gates, cost]),
      ]);
    case "taken-back":
      return table([
        ["commit", "task", "title", "what"],
        ...section.rows.map(({ commit, id, title, note }) => [commit, id, title, note]),
      ]);
    case "figures":
      return table([["what", "result"], ...section.rows]);
  }
}

function needItem({ text, items = [], command, cure }: Need, at: number): string {
  const typed = [command, cure].flatMap((one) => (one == null ? [] : [`  \n   ${code(one)}`]));
  return `${at + 1}. ${escaped(text)}${typed.join("")}${items.map((item) => `\n   - ${escaped(item)}`).join("")}`;
}

const wayItem = ({ name, command, id, title, note }: Way): string =>
  command === null
    ? `  - ${escaped(id)} ${escaped(title)}: ${escaped(note)}`
    : `- ${escaped(name)}: ${code(command)}${note === "" ? "" : ` ${escaped(note)}`}`;

/** What is still to be done, or will not be. */
function notLanded({ tasks }: Report): readonly string[] {
  const rows = tasks
    .filter(({ landed, state }) => landed === null && state !== "done")
    .map(({ id, title, state, attempts, costUsd }) => [id, title, state, attempts === 0 ? "" : money(costUsd)]);
  return rows.length === 0 ? [] : ["## Not landed", table([["task", "title", "state", "cost"], ...rows])];
}

function requirements({ requirements: traces }: Report): readonly string[] {
  if (traces === null || traces.length === 0) return [];
  const rows = traces.map((trace) => [
    trace.id,
    trace.level.toUpperCase(),
    trace.text,
    trace.state === "proven" ? "proven" : `${trace.state}: ${trace.missing ?? ""}`,
    trace.tasks
      .map(({ task, key, commit }) => `${task ?? key}${commit === null ? "" : ` ${short(commit)}`}`)
      .join(", "),
  ]);
  return ["## Requirements", table([["id", "level", "text", "state", "tasks"], ...rows])];
}

function receipts({ tasks }: Report): readonly string[] {
  const rows = tasks.flatMap((task) =>
    (task.landed?.receipts ?? []).map((one) => [
      short(task.landed!.commit),
      short(one.tree),
      one.gate,
      one.command,
      one.counts === null ? one.result : `${one.result}, ${one.counts.passed} of ${one.counts.total}`,
    ]),
  );
  return rows.length === 0 ? [] : ["## Receipts", table([["commit", "tree", "gate", "command", "result"], ...rows])];
}

function assumptions({ assumptions: taken }: Report): readonly string[] {
  if (taken.length === 0) return [];
  return ["## Assumed", taken.map(({ id, text }) => `- ${escaped(id === null ? text : `${id}: ${text}`)}`).join("\n")];
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  const line = (row: readonly string[]): string => `| ${row.map((cell) => escaped(cell)).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rest.map(line)].join("\n");
}

/**
 * One line in which nothing is markup, no link, no mention and no HTML. Control sequences go first: later, an escape before a
 * backslash would take the backslash with it.
 */
export const escaped = (text: string): string =>
  sanitise(text)
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]()<>#+!|~$^]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/@/g, "@\u200b")
    // GitHub links these wherever they stand in a text.
    .replace(/#(?=\d)/g, "#\u200b")
    .replace(/\b(GH)-(?=\d)/gi, "$1\u200b-")
    .replace(/(https?|ftp|www)([:.])/gi, "$1\u200b$2")
    .trim()
    // What begins a line, begins no list, rule or heading.
    .replace(/^[-=]/, "\\$&")
    .replace(/^(\d+)\.(?=\s|$)/, "$1\\.");

/** Code of one line, in backticks that hold whatever is in it. */
function code(raw: string): string {
  const text = sanitise(raw).replace(/\s+/g, " ").trim();
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return longest === 0 ? `${ticks}${text}${ticks}` : `${ticks} ${text} ${ticks}`;
}
