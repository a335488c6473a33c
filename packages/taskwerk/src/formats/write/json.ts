import type { TaskWriter } from "./task-writer.ts";

/** One JSON document, a task a line, so that versions of it compare well. */
export function jsonWriter(): TaskWriter {
  let first = true;
  return {
    begin: ({ prefix }) => `{"format":"taskwerk","version":1,"prefix":${JSON.stringify(prefix)},"tasks":[`,
    row(json) {
      const before = first ? "\n" : ",\n";
      first = false;
      return before + json;
    },
    end: () => "\n]}\n",
  };
}

/** One JSON object a line and nothing else. */
export const ndjsonWriter = (): TaskWriter => ({ begin: () => "", row: (json) => `${json}\n`, end: () => "" });
