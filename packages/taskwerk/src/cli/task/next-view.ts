import type { Task } from "@taskwerk/contract/task";
import { bold, dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import { TASK_FIELDS } from "./fields.ts";

/** The one task to do now, and how to begin. */
export const nextView: View<Task> = {
  fields: ["id", "status", "priority", "title"],
  known: TASK_FIELDS,
  screen(output, { data: task }) {
    const due = task.due_at === null ? "" : `, due ${relativeTime(task.due_at, output.now())}`;
    output.line(bold(task.id), "  ", task.title);
    output.line(dim(`  ${task.priority}${due}${task.tags.length > 0 ? `, ${task.tags.join(", ")}` : ""}`));
    if (output.isTTY) output.line(dim(`  Begin:  taskwerk start ${task.id}     All of it:  taskwerk show ${task.id}`));
  },
};
