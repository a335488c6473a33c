import type { Operations } from "@taskwerk/contract/client";
import type { Output } from "@taskwerk/terminal/output";
import { bold, dim, green, type Part, textOf } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { calendarDate, dayText, minutesText, relativeTime } from "@taskwerk/terminal/relative-time";
import { sanitise, sanitiseBlock } from "@taskwerk/terminal/sanitise";
import { labelled } from "@taskwerk/terminal/table";
import { widthOf } from "@taskwerk/terminal/width";
import { wrap } from "@taskwerk/terminal/wrap";
import { TASK_FIELDS } from "./fields.ts";
import { type Neighbours, neighbourLines } from "./neighbours.ts";
import { statusWord } from "./status-word.ts";

type Shown = Operations["task.show"]["output"];

/** What `--fields` of one task may name. */
export const SHOWN_FIELDS: readonly string[] = [...TASK_FIELDS, "notes"];
const SHOWN_ALONE = ["id", "status", "priority", "title"];

/** One task, all of it. The same page where nobody looks, with dates instead of distances. */
export const showView = (neighbours: Neighbours): View<Shown> => ({
  fields: SHOWN_ALONE,
  known: SHOWN_FIELDS,
  items: (task) => [{ ...task }],
  piped: "screen",
  screen: (output, { data }) => page(output, data, neighbours),
});

/** Several of them, an empty line between. */
export const showManyView = (neighbours: Neighbours): View<readonly Shown[]> => ({
  fields: SHOWN_ALONE,
  known: SHOWN_FIELDS,
  piped: "screen",
  items: (tasks) => tasks.map((task) => ({ ...task })),
  screen(output, { data }) {
    data.forEach((task, index) => {
      if (index > 0) output.line();
      page(output, task, neighbours);
    });
  },
});

function page(output: Output, task: Shown, neighbours: Neighbours): void {
  hanging(output, [bold(task.id), "  "], task.title);
  const state = statusWord(task);
  const parent = task.parent === null ? "" : `, in ${task.parent} ${neighbours.get(task.parent)?.title ?? ""}`;
  hanging(output, [state, ", "], `${task.priority}${parent.trimEnd()}`);
  if (task.deleted_at !== null)
    output.line(
      dim(
        `deleted ${output.isTTY ? agoText(output, task.deleted_at) : task.deleted_at}; bring it back: taskwerk restore ${task.id}`,
      ),
    );
  else if (task.archived_at !== null)
    output.line(dim(`archived ${output.isTTY ? agoText(output, task.archived_at) : task.archived_at}`));
  section(output, factsOf(output, task, neighbours));
  acceptance(output, task);
  block(output, "Description", task.description);
  notes(output, task);
  output.line();
  const session = task.session ? ` in session ${task.session}` : "";
  const when = output.isTTY ? agoText(output, task.updated_at) : task.updated_at;
  for (const line of wrap(
    sanitise(
      `Changed ${when} by ${task.updated_by}${session} (rev ${task.rev}).${output.isTTY ? " All changes: --history" : ""}`,
    ),
    output.width,
  ))
    output.line(dim(line));
}

/** A text behind what stands first; what does not fit on that line stands below it. */
function hanging(output: Output, first: readonly Part[], text: string): void {
  for (const line of behind(output, first, text)) output.line(...line);
}

function behind(output: Output, first: readonly Part[], text: string): readonly (readonly Part[])[] {
  const indent = first.reduce((sum, part) => sum + widthOf(sanitise(textOf(part))), 0);
  const lines = wrap(sanitise(text), Math.max(20, output.width - indent));
  return lines.map((line, index) => [...(index === 0 ? first : [" ".repeat(indent)]), line]);
}

const agoText = (output: Output, moment: string): string => {
  const text = relativeTime(moment, output.now());
  return /^\d+(m|h| days?)$/.test(text) ? `${text} ago` : text === "now" ? "just now" : text;
};

function section(output: Output, lines: readonly (readonly Part[])[]): void {
  if (lines.length === 0) return;
  output.line();
  for (const line of lines) output.line(...line);
}

function factsOf(output: Output, task: Shown, neighbours: Neighbours): readonly (readonly Part[])[] {
  const facts: (readonly Part[])[] = [];
  const fact = (label: string, value: string) => facts.push(...behind(output, ["  ", ...labelled(label, 10)], value));
  if (task.claim) {
    const { by, lease_until } = task.claim;
    const end = output.isTTY ? relativeTime(lease_until, output.now()) : lease_until;
    const since = output.isTTY && task.started_at ? `, since ${relativeTime(task.started_at, output.now())}` : "";
    fact("Claim", `${by}${since}, lease ends ${end}`);
  }
  if (task.status_reason) fact("Reason", task.status_reason);
  if (task.assignee) fact("Assignee", task.assignee);
  if (task.due_at) fact("Due", timeText(output, task.due_at));
  if (task.defer_until) fact("Not before", timeText(output, task.defer_until));
  const time = [
    ...(task.estimate_minutes === null ? [] : [`${minutesText(task.estimate_minutes)} estimated`]),
    ...(task.actual_minutes > 0 ? [`${minutesText(task.actual_minutes)} spent`] : []),
  ];
  if (time.length > 0) fact("Time", time.join(", "));
  facts.push(...neighbourLines(output, task, neighbours));
  if (task.files.length > 0) fact("Files", task.files.join(", "));
  if (task.tags.length > 0) fact("Tags", task.tags.join(", "));
  if (task.capabilities.length > 0) fact("Needs", task.capabilities.join(", "));
  if (task.category) fact("Category", task.category);
  if (task.type) fact("Type", task.type);
  if (task.key) fact("Key", task.key);
  for (const { type, target } of task.links) fact("Link", `${type} ${target}`);
  for (const [key, value] of Object.entries(task.evidence ?? {})) fact("Evidence", pairText(key, value));
  for (const [key, value] of Object.entries(task.metadata)) fact("Meta", pairText(key, value));
  return facts;
}

const pairText = (key: string, value: unknown): string =>
  `${key} = ${typeof value === "string" ? value : JSON.stringify(value)}`;

/** A day, and how far away it is where that is less than a week; where nobody looks the moment itself. */
function timeText(output: Output, moment: string): string {
  if (!output.isTTY) return moment;
  const at = new Date(moment);
  const day = dayText(moment, output.now());
  const distance = relativeTime(at, output.now());
  return distance === calendarDate(at, output.now()) ? day : `${day} (${distance})`;
}

function acceptance(output: Output, task: Shown): void {
  if (task.acceptance.length === 0) return;
  const checked = task.acceptance.filter((one) => one.checked).length;
  output.line();
  output.line(bold("Acceptance"), `, ${checked} of ${task.acceptance.length}`);
  for (const { n, text, checked: done, evidence } of task.acceptance) {
    const first = ["  ", done ? green("[x]") : "[ ]", ` ${n}  `];
    const lines = [...behind(output, first, text)];
    const proof = evidence ? sanitise(evidence) : "";
    const used = lines.at(-1)!.reduce((sum, part) => sum + widthOf(sanitise(textOf(part))), 2);
    if (proof !== "" && used + widthOf(proof) <= output.width) lines.push([...lines.pop()!, dim(`  ${proof}`)]);
    else if (proof !== "") lines.push(...behind(output, [" ".repeat(8 + String(n).length)], proof));
    for (const line of lines) output.line(...line);
  }
}

function block(output: Output, title: string, text: string | null): void {
  if (!text) return;
  output.line();
  output.line(bold(title));
  for (const line of sanitiseBlock(text).trimEnd().split("\n"))
    for (const part of wrap(line, output.width - 2)) output.line(part === "" ? "" : `  ${part}`);
}

function notes(output: Output, task: Shown): void {
  if (task.notes.length === 0) return;
  output.line();
  output.line(bold("Notes"));
  for (const { at, by, type, text } of task.notes) {
    const when = output.isTTY ? agoText(output, at) : at;
    const head = sanitise(`${when}  ${by}  ${type}  `);
    const [first = "", ...others] = sanitiseBlock(text).trimEnd().split("\n");
    const [beside = "", ...below] = wrap(first, output.width - 4, widthOf(head) - 2);
    output.line("  ", dim(head), beside);
    for (const line of [...below, ...others.flatMap((other) => wrap(other, output.width - 4))])
      output.line(`    ${line}`);
  }
}
