import { type Item, pick } from "@taskwerk/terminal/fields";
import { jsonOf } from "@taskwerk/terminal/print-success";
import type { TaskWriter } from "../../formats/write/task-writer.ts";

/**
 * The envelope of `export --json`, task by task: what it begins is whole only with `end`, and nothing else may follow on
 * stdout. `warnings` is read at the end, when all of them are known.
 */
export function answerWriter(fields: readonly string[] | undefined, warnings: readonly string[]): TaskWriter {
  let first = true;
  return {
    begin: () => `{"ok":true,"v":1,"kind":"task.export","data":[`,
    row(json) {
      const before = first ? "" : ",";
      first = false;
      return before + (fields ? jsonOf(pick(JSON.parse(json) as Item, fields)) : json);
    },
    end: () => `],"warnings":${jsonOf(warnings)},"meta":{}}\n`,
  };
}
