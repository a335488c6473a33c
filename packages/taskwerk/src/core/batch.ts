import { type ErrorCode, WerkError } from "@taskwerk/contract/errors";
import { checkFields, type FieldName, type Fields, isRecord, OWN_FIELDS, type Problem } from "./fields.ts";

/** A problem and the row that has it, e.g. `tasks[3]`. */
export interface RowProblem extends Problem {
  readonly where: string;
}

/** The rows of an import, checked one by one, and whom each one's names mean within the file. */
export interface Batch {
  readonly rows: readonly Fields[];
  /** The row that a name means: a `ref`, or else a `key`. */
  readonly named: ReadonlyMap<string, number>;
  readonly problems: RowProblem[];
}

const ROW_FIELDS: ReadonlySet<string> = new Set([
  "ref",
  ...OWN_FIELDS,
  "tags",
  "parent",
  "depends_on",
  "acceptance",
  "key",
] as const satisfies readonly FieldName[]);

/** Checks every row by itself; finds all that is wrong, not only the first. */
export function checkBatch(tasks: readonly unknown[], now: Date): Batch {
  const problems: RowProblem[] = [];
  const rows = tasks.map((task, index) => {
    const report = (problem: Problem): void => {
      problems.push({ where: whereOf(index), ...problem });
    };
    if (!isRecord(task)) {
      report({ code: "VALIDATION_FAILED", field: "", message: "is no object" });
      return {};
    }
    const fields = checkFields(task, ROW_FIELDS, now, report);
    if (task.title === undefined) report({ code: "VALIDATION_FAILED", field: "title", message: "has no title" });
    return fields;
  });
  return { rows, named: nameRows(rows, problems), problems };
}

/** How a row is called in messages about the file. */
export const whereOf = (index: number): string => `tasks[${index}]`;

/** How a row is called among people: by its ref, its key or its title. */
export const labelOf = ({ ref, key, title }: Fields): string => ref ?? key ?? title ?? "?";

function nameRows(rows: readonly Fields[], problems: RowProblem[]): Map<string, number> {
  const named = new Map<string, number>();
  for (const field of ["ref", "key"] as const) {
    const seen = new Map<string, number>();
    rows.forEach((row, index) => {
      const name = row[field];
      if (name === undefined || name === null) return;
      const first = seen.get(name);
      if (first !== undefined) {
        const message = `${field} "${name}" is that of ${whereOf(first)} already`;
        problems.push({ where: whereOf(index), code: "VALIDATION_FAILED", field, message, given: name });
        return;
      }
      seen.set(name, index);
      // A ref is this file's own word and goes before a key.
      if (!named.has(name)) named.set(name, index);
    });
  }
  return named;
}

const MOST_TOLD = 1_000;

/** Throws for rows that cannot be imported; does nothing when there are none. */
export function throwBatch({ problems, rows }: Batch): void {
  const [first] = problems;
  if (!first) return;
  const bad = new Set(problems.map(({ where }) => where)).size;
  const codes = new Set(problems.map(({ code }) => code));
  const code: ErrorCode = codes.size === 1 && CONFLICTS.has(first.code) ? first.code : "IMPORT_INVALID";
  throw new WerkError(
    code,
    `${bad} of ${rows.length} ${rows.length === 1 ? "row" : "rows"} cannot be imported; the first: ${first.where}: ${first.message}. Nothing was imported.`,
    {
      hint:
        code === "DUPLICATE_KEY"
          ? "With --on-conflict skip, what is there already stays as it is."
          : "Correct these rows, then import the file again.",
      field: first.field,
      ...(first.given === undefined ? {} : { given: first.given }),
      details: { problems: problems.slice(0, MOST_TOLD), total: problems.length },
    },
  );
}

/** Problems that are no fault of the file by itself: they keep their own code. */
const CONFLICTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["DUPLICATE_KEY", "HIERARCHY_CONFLICT"]);
