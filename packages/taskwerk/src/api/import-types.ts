import type { ReadFormat } from "../formats/read-tasks.ts";

/** Media type → what a body of it is. What has no type of its own says `?format=`. */
export const IMPORT_TYPES: Readonly<Record<string, ReadFormat>> = {
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/yaml": "yaml",
  "text/markdown": "md",
  "text/csv": "csv",
  "text/tab-separated-values": "tsv",
};
