/** How two plans differ, and what taskwerk has to do about it, as lines. */
import type { Output } from "@taskwerk/terminal/output";
import { dim, green, type Part, red, yellow } from "@taskwerk/terminal/part";
import { counted } from "../../model/counted.ts";
import type { PlanTask, Requirement } from "../../model/plan.ts";
import type { FieldChange, PlanDiff } from "../../plan/diff.ts";
import type { PlanUpdate } from "../../plan/plan-update.ts";
import { hanging } from "../../report/layout.ts";
import { layoutOf } from "../lines-view.ts";

const NAME_AT = 2;

/** One thing that came, went or changed, with its fields below. */
function entry(output: Output, mark: Part, name: string, text: string, fields: readonly FieldChange[] = []): void {
  const { width } = layoutOf(output);
  const [first = "", ...more] = hanging("", `${name}  ${text}`, width - NAME_AT - 2);
  output.line("  ", mark, ` ${first}`);
  for (const line of more) output.line(`${" ".repeat(NAME_AT + 2)}${line}`);
  for (const { field, before, after } of fields) {
    const label = `      ${field}: `;
    for (const line of hanging(label, changeOf(before, after), width)) output.line(dim(line));
  }
}

/** Words that stand around what differs between two long texts. */
const AROUND = 3;

/** What was, and what is; of long texts only where they differ. */
function changeOf(before: unknown, after: unknown): string {
  if (typeof before !== "string" || typeof after !== "string" || before.length + after.length < 100)
    return `${shown(before)} > ${shown(after)}`;
  const [old, now] = [before, after].map((text) => text.split(/\s+/).filter((word) => word !== "")) as [
    string[],
    string[],
  ];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const from = Math.max(0, head - AROUND);
  const part = (words: readonly string[]): string => {
    const to = Math.min(words.length, words.length - tail + AROUND);
    return shown(`${from > 0 ? "... " : ""}${words.slice(from, to).join(" ")}${to < words.length ? " ..." : ""}`);
  };
  return `${part(old)} > ${part(now)}`;
}

/** A value on one line, cut where it is long. */
function shown(value: unknown): string {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0))
    return "nothing";
  const text = Array.isArray(value)
    ? value
        .map((one) => (typeof one === "object" && one !== null && "text" in one ? String(one.text) : String(one)))
        .join("; ")
    : String(value);
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** What came, went and changed of one kind, under how much there is of each. */
function entries<T>(
  output: Output,
  title: string,
  {
    added,
    removed,
    changed,
  }: {
    readonly added: readonly T[];
    readonly removed: readonly T[];
    readonly changed: readonly (T & { readonly fields: readonly FieldChange[] })[];
  },
  said: (one: T) => readonly [name: string, text: string],
): void {
  if (added.length + removed.length + changed.length > 0)
    output.line(`${title}  ${added.length} added, ${removed.length} removed, ${changed.length} changed`);
  for (const one of added) entry(output, green("+"), ...said(one));
  for (const one of removed) entry(output, red("-"), ...said(one));
  for (const one of changed) {
    const fields = one.fields.filter(({ field }) => field !== "quote");
    entry(output, yellow("~"), ...said(one), fields);
  }
}

/** What differs between two plans. */
export function diffLines(output: Output, { requirements, tasks, lists, moved, same }: PlanDiff): void {
  if (same) output.line("The plans say the same.");
  entries<Pick<Requirement, "id" | "text">>(output, "Requirements", requirements, ({ id, text }) => [id, text]);
  entries<Pick<PlanTask, "key" | "title">>(output, "Tasks", tasks, ({ key, title }) => [key, title]);
  for (const { list, added, removed } of lists) {
    output.line(list.replace("_", "-"));
    for (const text of added) entry(output, green("+"), "", text);
    for (const text of removed) entry(output, red("-"), "", text);
  }
  if (moved > 0)
    output.line(dim(`${counted(moved, "other")} only ${moved === 1 ? "stands" : "stand"} in other lines now.`));
}

/** What taskwerk has to do. */
export function updateLines(
  output: Output,
  { added, changed, orphaned, left, reopened }: Omit<PlanUpdate, "rows" | "basis">,
): void {
  output.line(
    added.length + changed.length + orphaned.length + left.length === 0
      ? "Taskwerk   has all of it already"
      : `Taskwerk   ${added.length} to add, ${changed.length} to change, ${orphaned.length} to cancel, ${left.length} left alone`,
  );
  for (const { key, title } of added) entry(output, green("+"), key, title);
  for (const { id, title, fields } of changed) entry(output, yellow("~"), id, `${title} (${fields.join(", ")})`);
  const brought = new Set(changed.map(({ id }) => id));
  for (const { id, title } of reopened.filter((task) => !brought.has(task.id)))
    entry(output, yellow("~"), id, `${title} (open again: something is to be done in it)`);
  for (const { id, title } of orphaned) entry(output, red("-"), id, title);
  for (const { id, title, fields, because } of left)
    entry(output, dim("="), id, `${title}: ${fields.join(", ")} stays as it is, ${WHY[because]}`);
}

const WHY = {
  started: "it was begun",
  over: "it is over",
  "changed in taskwerk": "somebody changed it in taskwerk",
  "holds what stays": "something in it stays",
} as const;
