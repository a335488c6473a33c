import type { UndoResult } from "@taskwerk/contract/log";
import { bold, dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { dayText, relativeTime } from "@taskwerk/terminal/relative-time";
import { valueWord } from "../../core/log-values.ts";
import { TASK_FIELDS } from "../task/fields.ts";
import { opWord } from "./log.ts";

const MOST_LINES = 20;
/** Go with a move of status, which says it all. */
const FOLLOWS: ReadonlySet<string> = new Set(["started_at", "completed_at", "satisfied"]);

const MOMENTS: ReadonlySet<string> = new Set(["due_at", "defer_until"]);

/** What went back to what, and how to have it again. */
export const undoView: View<UndoResult> = {
  fields: ["id", "status", "title"],
  known: TASK_FIELDS,
  items: ({ changed }) => changed.map((task) => ({ ...task })),
  screen(output, { data }) {
    const { undone, restored, restored_total, dry_run, op, unblocked } = data;
    const [first] = undone;
    const one = first ? `${first.command} of ${first.actor}, ${ago(relativeTime(first.at, output.now()))}` : "";
    const count = undone.length === 1 ? one : `${undone.length} operations`;
    output.line(bold(dry_run ? "Would take back" : "Took back"), `  ${count}`);
    const telling = restored.filter(({ field }) => !FOLLOWS.has(field));
    const shown = telling.slice(0, MOST_LINES);
    const ids = Math.max(0, ...shown.map(({ task }) => task.length));
    const fields = Math.max(0, ...shown.map(({ field }) => field.length));
    for (const { task, field, from, to } of shown) {
      const word = (value: unknown): string =>
        output.isTTY && MOMENTS.has(field) && typeof value === "string"
          ? dayText(value, output.now())
          : valueWord(value);
      const what = field === "deleted" ? (to === true ? "goes away" : "comes back") : `${word(from)} -> ${word(to)}`;
      output.line("  ", task.padEnd(ids), "  ", dim((field === "deleted" ? "" : field).padEnd(fields)), "  ", what);
    }
    const rest = restored_total - restored.length + telling.length - shown.length;
    if (rest > 0) output.line(dim(`  and ${rest} more (--json)`));
    for (const task of unblocked) output.line("  ", dim("now ready"), "   ", task.id, "  ", task.title);
    if (dry_run) output.line("Nothing was changed.");
    else if (output.isTTY && op !== null) output.line(dim(`  Do it again: taskwerk undo --op ${opWord(op)}`));
  },
};

const ago = (text: string): string =>
  /^\d+(m|h| days?)$/.test(text) ? `${text} ago` : text === "now" ? "just now" : text;
