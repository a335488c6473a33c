import type { Task, TaskWrite } from "@taskwerk/contract/task";
import type { BulkResult } from "@taskwerk/contract/update-task";
import { dim, type Part } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { TASK_FIELDS } from "./fields.ts";
import { statusWord } from "./status-word.ts";
import { dueParts, writeView } from "./write-view.ts";

const isBulk = (data: TaskWrite | BulkResult): data is BulkResult => "updated" in data;

/** What an update did, or in a rehearsal would do: one line a task, or counts where there are more than a hundred; `withDue`: and when it is due. */
export function updateView(rehearsed: boolean, withDue = false): View<TaskWrite | BulkResult> {
  const word = rehearsed ? "  would be updated  " : "  updated  ";
  const each = writeView((task: Task, output): readonly Part[] => [
    task.id,
    word,
    statusWord(task),
    "  ",
    task.title,
    ...(withDue ? dueParts(task, output) : []),
    dim(`  rev ${task.rev}`),
  ]);
  return {
    ...each,
    known: [...TASK_FIELDS, "created", "updated", "skipped", "list"],
    ids: (data) => (isBulk(data) ? [] : [...data.changed, ...data.unchanged].map(({ id }) => id)),
    items: (data) => (isBulk(data) ? [{ ...data }] : each.items!(data)),
    screen(output, success) {
      const { data } = success;
      if (!isBulk(data)) {
        if (data.changed.length + data.unchanged.length === 0) output.line("No task matches. Nothing was changed.");
        each.screen(output, { ...success, data });
        return;
      }
      const same = data.skipped === 0 ? "" : `, ${data.skipped} were like that already`;
      output.line(`${data.updated} tasks ${rehearsed ? "would be " : ""}updated${same}.`);
      if (output.isTTY && !rehearsed) output.line(dim(`  See them:  ${data.list}`));
    },
  };
}
