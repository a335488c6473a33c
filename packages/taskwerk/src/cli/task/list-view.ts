import type { Priority } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import type { Output } from "@taskwerk/terminal/output";
import { dim, type Part } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import { sanitise } from "@taskwerk/terminal/sanitise";
import { fit } from "@taskwerk/terminal/width";
import { TASK_FIELDS } from "./fields.ts";
import type { Footer } from "./list-footer.ts";
import { statusWord } from "./status-word.ts";

type Tasks = readonly Task[];

/** What a list of tasks needs beside the tasks. */
export interface ListLook {
  /** What is said when there are none. */
  readonly nothing: readonly Part[];
  /** Ids of open tasks that some of them wait for. */
  readonly blockers: ReadonlySet<string>;
  /** What comes below the table; only a person sees it. */
  readonly footer: Footer;
}

/** A list of tasks: a table for a person, `id status priority title` for a program. */
export const listView = ({ nothing, blockers, footer }: ListLook): View<Tasks> => ({
  fields: ["id", "status", "priority", "title"],
  known: TASK_FIELDS,
  screen(output, { data, page }) {
    if (data.length === 0) output.line(...nothing);
    else output.table(COLUMNS, rowsOf(data, blockers, output));
    if (output.isTTY && data.length > 0) for (const line of footer(data, page)) output.line(...line);
  },
});

const COLUMNS = [
  { title: "ID" },
  { title: "STATUS" },
  { title: "PRI", from: 50 },
  { title: "TITLE", shrinks: true, least: 12 },
  { title: "ASSIGNEE", from: 100 },
  { title: "TAGS", from: 120, shrinks: true },
  { title: "NOTE", shrinks: true, from: 60, least: 13 },
];

/** Short words that keep the titles wide. */
export const PRIORITY_WORD: Readonly<Record<Priority, string>> = {
  critical: "crit",
  high: "high",
  medium: "med",
  low: "low",
};

function rowsOf(tasks: Tasks, blockers: ReadonlySet<string>, output: Output): readonly (readonly Part[])[] {
  return tasks.map((task) => [
    task.id,
    childrenWord(task) ?? statusWord(task),
    PRIORITY_WORD[task.priority],
    task.title,
    task.assignee ?? "",
    task.tags.join(","),
    dim(noteOf(task, blockers, output)),
  ]);
}

/** A parent shows how many of its children are done instead of a status, while it has no state of its own. */
function childrenWord(task: Task): string | null {
  if (task.children.length === 0 || task.progress === null || task.status === "done" || task.status === "cancelled") {
    return null;
  }
  const total = task.children.length;
  return `${Math.round((task.progress / 100) * total)} of ${total}`;
}

/** The one thing about a task that matters most. */
export function noteOf(task: Task, blockers: ReadonlySet<string>, output: Output): string {
  const ago = (moment: string): string => relativeTime(moment, output.now());
  if (task.deleted_at) return `deleted ${ago(task.deleted_at)}`;
  if (task.claim) return `${task.claim.by}, ${ago(task.started_at ?? task.updated_at)}`;
  if (task.status === "review") return `${task.assignee ? `for ${task.assignee}, ` : ""}${ago(task.updated_at)}`;
  if (task.status === "in-progress")
    return `${task.assignee ?? task.updated_by}, ${ago(task.started_at ?? task.updated_at)}`;
  if (task.status !== "todo" && task.status_reason) return shortened(task.status_reason, output.width);
  if (task.status === "paused" || task.status === "blocked") return `since ${ago(task.updated_at)}`;
  const waitsFor = task.ready ? [] : task.depends_on.filter((id) => blockers.has(id));
  if (waitsFor.length > 0) {
    const more = waitsFor.length > 1 ? ` +${waitsFor.length - 1}` : "";
    return `after ${waitsFor[0]!.replace(/^[A-Z]+-/, "")}${more}`;
  }
  if (task.due_at) return `due ${ago(task.due_at)}`;
  if (task.defer_until && !task.ready) return `from ${ago(task.defer_until)}`;
  return "";
}

/** A reason takes no more than a fifth of the screen from the titles. */
const shortened = (reason: string, width: number): string => fit(sanitise(reason), Math.max(13, Math.floor(width / 5)));
