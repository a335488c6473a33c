import type { Task, TaskWrite } from "@taskwerk/contract/task";
import type { Output } from "@taskwerk/terminal/output";
import { dim, type Part } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { dayText } from "@taskwerk/terminal/relative-time";
import { TASK_FIELDS } from "./fields.ts";
import { statusWord } from "./status-word.ts";

/** What is said of one changed task. */
export type SayChange = (task: Task, output: Output) => readonly Part[];

/**
 * What a write did, one line a task, and what can start now because of it; with `undo`, how to take it back. `-q`: the ids.
 */
export const writeView = (say: SayChange, back?: "undo"): View<TaskWrite> => ({
  fields: ["id", "status", "title"],
  known: TASK_FIELDS,
  items: ({ changed, unchanged }) => [...changed, ...unchanged],
  screen(output, { data }) {
    const { changed, unchanged, unblocked } = data;
    for (const task of changed) output.line(...say(task, output));
    for (const task of unchanged)
      output.line(task.id, "  ", dim("unchanged"), "  ", statusWord(task), "  ", task.title);
    for (const task of unblocked) output.line("  ", dim("now ready"), "   ", task.id, "  ", task.title);
    if (back && output.isTTY && changed.length > 0) output.line(dim("  Take it back: taskwerk undo"));
  },
});

/** When it is due, as what was typed was understood; nothing where it is not. */
export const dueParts = ({ due_at }: Pick<Task, "due_at">, output: Output): readonly Part[] =>
  due_at === null || !output.isTTY ? [] : [dim(`  due ${dayText(due_at, output.now())}`)];
