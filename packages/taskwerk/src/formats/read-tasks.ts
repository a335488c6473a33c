import { WerkError } from "@taskwerk/contract/errors";
import { isRecord } from "../core/check-value.ts";
import { parseJson } from "./parse-json.ts";
import { isBacklogTask, readBacklog } from "./read/backlog.ts";
import { isBead, readBeads } from "./read/beads.ts";
import { isChecklist, readChecklist } from "./read/checklist.ts";
import { readCsv } from "./read/csv.ts";
import { parsedDocument, parsedLines, readJson } from "./read/json.ts";
import { readMd } from "./read/md.ts";
import { type ReadRows, type Source, unreadable } from "./read/read-file.ts";
import { isTaskMaster, readTaskMaster } from "./read/task-master.ts";
import { isOldCsv, isOldMarkdown, isOldTask, readOldCsv, readOldJson, readOldMarkdown } from "./read/taskwerk-07.ts";
import { readYaml } from "./read/yaml.ts";

/** The kinds of files that are read. */
export const READ_FORMATS = [
  "json",
  "ndjson",
  "yaml",
  "md",
  "csv",
  "csv-raw",
  "tsv",
  "task-master",
  "backlog",
  "beads",
  "taskwerk-0.7",
] as const;
export type ReadFormat = (typeof READ_FORMATS)[number];

/** What a file or a directory of files holds. */
export interface ReadTasks extends ReadRows {
  readonly format: ReadFormat;
}

/**
 * The rows of an import, as they stand in their files; they are not judged here. `auto` finds out what a file is. Throws
 * IMPORT_INVALID with every line that cannot be read, PAYLOAD_TOO_LARGE.
 */
export function readTasks(sources: readonly Source[], format: ReadFormat | "auto"): ReadTasks {
  const [source] = sources;
  if (!source) throw unreadable("there is no file to read.");
  for (const one of sources) checkText(one);
  const found = format === "auto" ? guess(sources, source) : { format };
  return { format: found.format, ...read(found, sources, source) };
}

function checkText({ name, text }: Source): void {
  const nul = text.indexOf("\0");
  if (nul >= 0)
    throw unreadable(`${name} is no text: it has a NUL byte on line ${text.slice(0, nul).split("\n").length}.`);
  if (text.trim() === "") throw unreadable(`${name} is empty.`);
}

interface Guess {
  readonly format: ReadFormat;
  /** The document, where it had to be read to be known. */
  readonly value?: unknown;
}

function read({ format, value }: Guess, sources: readonly Source[], source: Source): ReadRows {
  switch (format) {
    case "json":
      return readJson(source, value ?? parsedDocument(source));
    case "ndjson":
      return parsedLines(source);
    case "yaml":
      return readYaml(source);
    case "md":
      return isListOnly(source.text) ? readChecklist(source) : readMd(source);
    case "csv":
    case "tsv":
      return readCsv(source, { guarded: true });
    case "csv-raw":
      return readCsv(source, { guarded: false });
    case "task-master":
      return taskMaster(source, value ?? parsedDocument(source));
    case "beads":
      return readBeads(source);
    case "backlog":
      return readBacklog(sources);
    case "taskwerk-0.7":
      return old(source, value);
    default:
      throw format satisfies never;
  }
}

function taskMaster(source: Source, value: unknown): ReadRows {
  const found = readTaskMaster(value);
  if (found.rows.length === 0) throw unreadable(`${source.name} has no tasks of task-master in it.`);
  return found;
}

function old(source: Source, value: unknown): ReadRows {
  if (isOldCsv(source.text)) return readOldCsv(source);
  if (/^\s*[[{]/.test(source.text)) return readOldJson(readJson(source, value ?? parsedDocument(source)).rows);
  return readOldMarkdown(source);
}

/** Markdown with boxes to tick, and nothing that says that its headings are tasks. */
const isListOnly = (text: string): boolean =>
  isChecklist(text) && !/^## +[A-Za-z][A-Za-z0-9]*-\d+(?:\.\d+)*\s*[:：]/m.test(text) && !/^- \w[\w ]*: /m.test(text);

function guess(sources: readonly Source[], source: Source): Guess {
  const { name, text } = source;
  if (sources.length > 1 || isBacklogTask(text)) return { format: "backlog" };
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  const yaml = ending === "yaml" || ending === "yml";
  // Brackets are YAML, too: `[{title: a}]`.
  if (/^\s*[[{]/.test(text)) return yaml && parseJson(text).kind !== "good" ? { format: "yaml" } : guessJson(source);
  if (isOldCsv(text) || isOldMarkdown(text)) return { format: "taskwerk-0.7" };
  if (HEADER.test(firstLine(text))) return { format: firstLine(text).includes("\t") ? "tsv" : "csv" };
  if (ending === "csv" || ending === "tsv") return { format: ending };
  if (yaml) return { format: "yaml" };
  if (ending === "md" || ending === "markdown") return { format: "md" };
  if (/^(?:format: taskwerk|tasks:)\s*$/m.test(text) || /^- +(?:title|id|ref|uid): /m.test(text))
    return { format: "yaml" };
  if (/^## +\S/m.test(text) || isChecklist(text)) return { format: "md" };
  const first = text.slice(0, text.indexOf("\n") < 0 ? text.length : text.indexOf("\n"));
  if (/(?:^|[,;\t])"?(?:title|name)"?(?:[,;\t\r]|$)/i.test(first))
    return { format: first.includes("\t") ? "tsv" : "csv" };
  if (ending === "json") return { format: "json" };
  if (ending === "ndjson" || ending === "jsonl") return { format: "ndjson" };
  throw new WerkError("IMPORT_INVALID", `what ${name} is cannot be told from what is in it.`, {
    hint: `Say it:  --format ${READ_FORMATS.join("|")}`,
    field: "format",
    given: text.slice(0, 40),
  });
}

const firstLine = (text: string): string => text.split("\n", 1)[0]!;
/** A line of names of columns, one of them the title's. */
const HEADER = /(?:^|[,;\t])"?(?:title|name)"?(?:[,;\t\r]|$)/i;

/** Several lines that each begin an object are NDJSON, unless the first one alone is the whole document. */
function guessJson(source: Source): Guess {
  const { text } = source;
  if (isLines(text)) return { format: isBead(firstValue(text)) ? "beads" : "ndjson" };
  if (/^\s*\{[^\n]*\}\s*$/.test(text) && isBead(firstValue(text))) return { format: "beads" };
  const value = parsedDocument(source);
  const tasks = Array.isArray(value) ? value : isRecord(value) && Array.isArray(value.tasks) ? value.tasks : [];
  if (tasks.some(isOldTask)) return { format: "taskwerk-0.7", value };
  if (isTaskMaster(value)) return { format: "task-master", value };
  // One task by itself, as one line of NDJSON.
  if (isRecord(value) && typeof value.title === "string" && !Array.isArray(value.tasks)) return { format: "ndjson" };
  return { format: "json", value };
}

function isLines(text: string): boolean {
  const first = /^\s*(\{[^\n]*)\r?\n\s*(\S)/.exec(text);
  return first !== null && first[1]!.trimEnd().endsWith("}") && first[2] === "{";
}

function firstValue(text: string): unknown {
  try {
    return JSON.parse(text.trimStart().split("\n", 1)[0]!);
  } catch {
    return null;
  }
}
