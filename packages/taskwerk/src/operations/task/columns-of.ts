import type { Fields } from "../../core/fields.ts";
import { rankOf } from "../../core/priority.ts";
import type { TaskRow } from "../../store/task-row.ts";

/** Fields of a task as columns. Only what was given. */
export function columnsOf({
  priority,
  files,
  capabilities,
  metadata,
  ...plain
}: Omit<Fields, "status">): Partial<TaskRow> {
  return {
    ...(plain as Partial<TaskRow>),
    ...(priority === undefined ? {} : { priority: rankOf(priority) }),
    ...(files ? { files: JSON.stringify(files) } : {}),
    ...(capabilities ? { capabilities: JSON.stringify(capabilities) } : {}),
    ...(metadata ? { metadata: JSON.stringify(metadata) } : {}),
  };
}
