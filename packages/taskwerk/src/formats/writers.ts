import { csvWriter } from "./write/csv.ts";
import { jsonWriter, ndjsonWriter } from "./write/json.ts";
import { mdWriter } from "./write/md.ts";
import type { ExportFormat, TaskWriter } from "./write/task-writer.ts";
import { yamlWriter } from "./write/yaml.ts";

/** A fresh writer of each format of `export`. */
export const WRITERS: Readonly<Record<ExportFormat, () => TaskWriter>> = {
  json: jsonWriter,
  ndjson: ndjsonWriter,
  yaml: yamlWriter,
  md: mdWriter,
  csv: () => csvWriter({ separator: ",", guard: true }),
  "csv-raw": () => csvWriter({ separator: ",", guard: false }),
  tsv: () => csvWriter({ separator: "\t", guard: true }),
};
