import { WerkError } from "@taskwerk/contract/errors";
import { lineAt, parseJson } from "./parse-json.ts";

export const TASK_FORMATS = ["auto", "json", "ndjson"] as const;
export type TaskFormat = (typeof TASK_FORMATS)[number];

export interface TaskSource {
  /** Names the file in errors. */
  readonly name: string;
  readonly format: TaskFormat;
}

/**
 * The rows of an import file, as they stand in it: a JSON array, `{"tasks":[…]}`, or one JSON object a line. The rows
 * themselves are not judged here. Throws IMPORT_INVALID with the line.
 */
export function readTasks(text: string, { name, format }: TaskSource): readonly unknown[] {
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  if (body.includes("\0"))
    throw invalid(`${name} is no text: it has a NUL byte on line ${lineAt(body, body.indexOf("\0"))}.`);
  if (body.trim() === "") throw invalid(`${name} is empty.`);
  const chosen = format === "auto" ? guess(body) : format;
  return chosen === "ndjson" ? readLines(body, name) : readDocument(body, name);
}

const invalid = (message: string, problems?: readonly Problem[]): WerkError =>
  new WerkError("IMPORT_INVALID", `${message}${problems ? " Nothing was imported." : ""}`, {
    hint: 'A file is a JSON array, {"tasks": [...]}, or one JSON object a line:  taskwerk help import',
    ...(problems ? { details: { problems } } : {}),
  });

interface Problem {
  readonly where: string;
  readonly field: string;
  readonly message: string;
}

/** Several lines that each begin an object are NDJSON, unless the first one alone is the whole document. */
function guess(text: string): "json" | "ndjson" {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length < 2 || !lines[0]!.trimStart().startsWith("{")) return "json";
  return lines[0]!.trimEnd().endsWith("}") && lines[1]!.trimStart().startsWith("{") ? "ndjson" : "json";
}

function readDocument(text: string, name: string): readonly unknown[] {
  const parsed = parseJson(text);
  if (parsed.kind === "bad") throw invalid(`${name} is not valid JSON: line ${parsed.line}: ${parsed.message}.`);
  const { value } = parsed;
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null && "tasks" in value && Array.isArray(value.tasks)) return value.tasks;
  throw invalid(`${name} holds ${kindOf(value)}, no list of tasks.`);
}

const kindOf = (value: unknown): string =>
  value === null ? "null" : typeof value === "object" ? "one object" : `a ${typeof value}`;

function readLines(text: string, name: string): readonly unknown[] {
  const rows: unknown[] = [];
  const problems: Problem[] = [];
  text.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    const parsed = parseJson(line);
    if (parsed.kind === "good") rows.push(parsed.value);
    else problems.push({ where: `line ${index + 1}`, field: "", message: parsed.message });
  });
  if (problems.length === 0) return rows;
  const which = problems.length === 1 ? `${problems[0]!.where} is` : `${problems.length} lines are`;
  throw invalid(`${name}: ${which} not valid JSON.`, problems);
}
