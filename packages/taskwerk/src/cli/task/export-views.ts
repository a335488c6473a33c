import type { ExportedTask } from "@taskwerk/contract/export";
import type { View } from "@taskwerk/terminal/print-success";
import type { ExportFormat } from "../../formats/write/task-writer.ts";
import { TASK_FIELDS } from "./fields.ts";

/** What follows from other fields is not exported. */
const DERIVED: ReadonlySet<string> = new Set([
  "category_of_status",
  "children",
  "blocks",
  "actual_minutes",
  "progress",
  "ready",
]);

/** `export --json`: only ever seen as the envelope. */
export const EXPORTED: View<readonly ExportedTask[]> = {
  fields: [],
  known: [
    ...TASK_FIELDS.filter((name) => !DERIVED.has(name)),
    ...["satisfied", "notes", "sessions", "active_ms", "active_since", "fence", "uids", "history"],
  ],
  screen: () => {},
};

/** `data` of an export into a file. */
interface Written {
  readonly file: string;
  readonly format: ExportFormat;
  readonly tasks: number;
  /** Parents and dependencies that are not among them. */
  readonly outside: number;
}

/** `export -o FILE --json`. */
export const WRITTEN: View<Written> = {
  fields: ["file", "tasks"],
  known: ["file", "format", "tasks", "outside"],
  screen: () => {},
};
