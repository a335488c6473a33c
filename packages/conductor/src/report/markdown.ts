/** The report as Markdown, ready for a pull request. What others wrote is escaped: it is text, never markup. Pure. */
import { sanitise } from "@taskwerk/terminal/sanitise";
import type { Report } from "./report.ts";
import { prices, proofs, stateInWords, summary, takeAll } from "./text.ts";
import { duration, moment, money, short } from "./times.ts";

/** The whole report, ending in a line end. Times are in `zone` (IANA). */
export function reportMarkdown(report: Report, { zone }: { readonly zone: string }): string {
  const { session, plan, needs } = report;
  const title = plan === null ? session.id : `${session.id}: ${plan.id}`;
  const ended = session.endedAt === null ? stateInWords(report) : `to ${moment(session.endedAt, zone)}`;
  const blocks = [
    `# ${escaped(title)}`,
    `${moment(session.startedAt, zone)}, ${ended} (${duration(session.durationMs)}). ${escaped(summary(report))}`,
    "## For you",
    needs.length === 0
      ? "Nothing."
      : needs
          .map(
            ({ kind, text, command, cure = null }, i) =>
              `${i + 1}. ${escaped(text)}${BELOW[kind] ?? [command, cure].map((one) => (one === null ? "" : `  \n   ${code(one)}`)).join("")}`,
          )
          .join("\n"),
    ...landed(report),
    ...requirements(report),
    "## Proven",
    table([["what", "result"], ...proofs(report)]),
    ...receipts(report),
    "## Cost",
    table([["what", "result"], ...prices(report)]),
    ...assumptions(report),
    ...(report.tasks.every((task) => task.landed === null) ? [] : [`Take it: ${code(takeAll(report))}`]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** What this document itself says further down. */
const BELOW: Readonly<Partial<Record<Report["needs"][number]["kind"], string>>> = {
  unproven: "; see Requirements",
  assumed: "; see Assumed",
};

function landed({ tasks }: Report): readonly string[] {
  if (tasks.length === 0) return [];
  const rows = tasks.map((task) => [
    task.id,
    task.title,
    task.state,
    task.landed === null ? "" : short(task.landed.commit),
    task.landed === null ? "" : gatesInWords(task.landed.receipts),
    task.attempts === 0 ? "" : money(task.costUsd),
  ]);
  return ["## Tasks", table([["task", "title", "state", "commit", "gates", "cost"], ...rows])];
}

function gatesInWords(receipts: readonly { readonly required: boolean; readonly result: string }[]): string {
  const required = receipts.filter((one) => one.required);
  return `${required.filter(({ result }) => result === "pass").length} of ${required.length}`;
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
    .replace(/(https?|ftp|www)([:.])/gi, "$1\u200b$2")
    .trim();

/** Code in backticks that hold whatever is in it. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return longest === 0 ? `${ticks}${text}${ticks}` : `${ticks} ${text} ${ticks}`;
}
