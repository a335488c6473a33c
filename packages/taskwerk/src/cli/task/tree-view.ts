import type { Task } from "@taskwerk/contract/task";
import type { Output } from "@taskwerk/terminal/output";
import { dim, green, type Part } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { minutesText, relativeTime } from "@taskwerk/terminal/relative-time";
import { table } from "@taskwerk/terminal/table";
import { TASK_FIELDS } from "./fields.ts";
import type { Footer } from "./list-footer.ts";
import { noteOf } from "./list-view.ts";
import { longestChain } from "./longest-chain.ts";
import { statusWord } from "./status-word.ts";

type Tasks = readonly Task[];

/** What a tree needs beside its tasks. */
export interface TreeLook {
  readonly nothing: readonly Part[];
  readonly blockers: ReadonlySet<string>;
  /** The tree is of everything, not of what a query finds. */
  readonly whole: boolean;
  /** Said of a tree that is not whole, or was cut. */
  readonly footer: Footer;
  /** What no list shows, said of any tree. */
  readonly unlisted: readonly (readonly Part[])[];
}

/** Tasks as a tree for a person: a parent shows how far it has come, counted over the ends of its branches. */
export const treeView = ({ nothing, blockers, whole, footer, unlisted }: TreeLook): View<Tasks> => ({
  fields: ["id", "parent", "status", "title"],
  known: [...TASK_FIELDS, "leaves"],
  screen(output, { data, page }) {
    if (data.length === 0) {
      output.line(...nothing);
      return;
    }
    const guides = guidesOf(data);
    const rows = data.map((task, at): readonly Part[] => [
      `${guides[at]}${task.id}`,
      isClosed(task) ? dim(task.title) : task.title,
      task.leaves ? barOf(task, output.width) : statusWord(task),
      noteFor(task, blockers, output),
    ]);
    // A tree needs no header: its first line is its first root.
    for (const row of table(COLUMNS, rows, output.width).slice(1)) output.line(...row);
    if (!output.isTTY) return;
    const lines = whole && !page?.truncated ? [...wholeFooter(data), ...unlisted] : footer(data, page);
    for (const line of lines) output.line(...line);
  },
});

/** The narrowest screen that has room for notes, in columns. */
const NOTES_FROM = 60;

const COLUMNS = [
  { title: "" },
  { title: "", shrinks: true, least: 12 },
  { title: "" },
  { title: "", shrinks: true, from: NOTES_FROM, least: 13 },
];

const isClosed = (task: Task): boolean => task.category_of_status === "closed";

/** Beside a bar the numbers it stands for: so it takes no more room than a status. */
function noteFor(task: Task, blockers: ReadonlySet<string>, output: Output): Part {
  if (task.leaves && !isClosed(task)) {
    return [countOf(task), ...(task.status === "todo" ? [] : [task.status])].join(", ");
  }
  const note = task.completed_at ? relativeTime(task.completed_at, output.now()) : noteOf(task, blockers, output);
  return task.leaves ? [countOf(task), note].filter((part) => part !== "").join(", ") : dim(note);
}

const countOf = ({ leaves }: Task): string => `${leaves!.closed} of ${leaves!.total}`;

const BAR = 10;

/** `[###.......]`, rounded down: a full bar is done. On a narrow screen, where nothing stands beside it, the numbers. */
function barOf(task: Task, width: number): Part {
  const { closed, total } = task.leaves!;
  const full = Math.floor((closed / total) * BAR);
  const text = width < NOTES_FROM ? countOf(task) : `[${"#".repeat(full)}${".".repeat(BAR - full)}]`;
  return closed === total ? green(text) : text;
}

/** What stands before each id: `|- ` and `` `- `` below a parent that is shown, `|  ` beside what comes after. */
function guidesOf(tasks: Tasks): readonly string[] {
  const shown = new Set(tasks.map(({ id }) => id));
  const last = new Map<string, string>();
  for (const { id, parent } of tasks) if (parent !== null) last.set(parent, id);
  const below = new Map<string, string>();
  return tasks.map(({ id, parent }) => {
    if (parent === null || !shown.has(parent)) {
      below.set(id, "");
      return "";
    }
    const before = below.get(parent) ?? "";
    const isLast = last.get(parent) === id;
    below.set(id, `${before}${isLast ? "   " : "|  "}`);
    return `${before}${isLast ? "`- " : "|- "}`;
  });
}

function wholeFooter(tasks: Tasks): readonly (readonly Part[])[] {
  const ends = tasks.filter(({ leaves }) => !leaves);
  const closed = ends.filter(isClosed).length;
  const ready = tasks.filter((task) => task.status === "todo" && task.ready).length;
  const counts = `${closed} of ${ends.length} done, ${ready} ready now.`;
  const chain = longestChain(tasks);
  if (chain.ids.length < 2) return [[], [counts]];
  const short = chain.ids.map((id) => id.replace(/^[A-Z][A-Z0-9]*-/, "")).join(" > ");
  const time = chain.minutes === null ? "" : ` (about ${minutesText(chain.minutes)})`;
  return [[], [`${counts} Longest chain left: ${short}${time}`]];
}
