import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { isRecord } from "../../core/check-value.ts";
import { parseJson } from "../parse-json.ts";
import { linesOf, type ReadProblem, type ReadRows, type Source, throwUnreadable, unreadable } from "./read-file.ts";

/** A JSON document, or IMPORT_INVALID with the line where it ends to be one. */
export function parsedDocument({ name, text }: Source): unknown {
  const parsed = parseJson(text);
  if (parsed.kind === "good") return parsed.value;
  throw unreadable(`${name} is not valid JSON: line ${parsed.line}: ${parsed.message}.`);
}

/** A JSON array, `{"tasks":[…]}`, or what `--json` of a list or an export answers. */
export function readJson(source: Source, value: unknown = parsedDocument(source)): ReadRows {
  const rows = listIn(value);
  if (rows === null) throw unreadable(`${source.name} holds ${kindOf(value)}, no list of tasks.`);
  return { rows, places: rows.map((_, row) => `tasks[${row}]`) };
}

function listIn(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return null;
  if (Array.isArray(value.tasks)) return value.tasks;
  return value.ok === true && Array.isArray(value.data) ? value.data : null;
}

const kindOf = (value: unknown): string =>
  value === null ? "null" : typeof value === "object" ? "one object" : `a ${typeof value}`;

/**
 * One JSON value a line; every bad line is reported, with `hint` and `done` where it is no import. Throws PAYLOAD_TOO_LARGE
 * for a line longer than any task.
 */
export function parsedLines({ name, text }: Source, hint?: string, done?: string): ReadRows {
  const reader = rowsByLine(name, hint, done);
  for (const [line, number] of linesOf(text)) reader.line(line, number);
  return reader.end();
}

/** The same for lines that come one after another. `end` throws IMPORT_INVALID with every bad line. */
export interface LineReader {
  readonly line: (line: string, number: number) => void;
  /** How many rows there are so far. */
  readonly count: () => number;
  readonly end: () => ReadRows;
}

/** Reads one JSON value a line. `name` is what errors call the document. */
export function rowsByLine(name: string, hint?: string, done?: string): LineReader {
  const rows: unknown[] = [];
  const places: string[] = [];
  const problems: ReadProblem[] = [];
  return {
    line(line, number) {
      if (line.trim() === "") return;
      if (line.length > LIMITS.importLine) {
        throw new WerkError(
          "PAYLOAD_TOO_LARGE",
          `${name}: line ${number} is ${line.length} characters long; at most ${LIMITS.importLine} are taken.`,
          { hint: "One task stands on one line. Is this a file of another kind?  taskwerk help formats" },
        );
      }
      const parsed = parseJson(line);
      if (parsed.kind === "good") {
        rows.push(parsed.value);
        places.push(`line ${number}`);
      } else problems.push({ where: `line ${number}`, field: "", message: parsed.message });
    },
    count: () => rows.length,
    end() {
      throwUnreadable(name, "not valid JSON", problems, hint, done);
      return { rows, places };
    },
  };
}
