import { type ErrorCode, WerkError } from "@taskwerk/contract/errors";
import { isRecord, type Problem, unknownField } from "./check-value.ts";
import { checkFields, type FieldRules } from "./fields.ts";
import { parseId } from "./ids.ts";
import { isClosed } from "./moves.ts";
import { DERIVED, ROW_CHECKS, ROW_FIELDS, type TaskRecord } from "./record.ts";

/** A problem and the row that has it, e.g. `tasks[3]` or `line 4`. */
export interface RowProblem extends Problem {
  readonly row: number;
  readonly where: string;
}

/** The rows of an import, checked one by one, and whom each one's names mean within the file. */
export interface Batch {
  readonly rows: readonly TaskRecord[];
  /** The fields that any of the rows has. */
  readonly said: ReadonlySet<string>;
  /** The row that a name means: a `ref`, an id, a uid, or else a `key`. */
  readonly named: ReadonlyMap<string, number>;
  readonly problems: RowProblem[];
  /** How a row is called in messages about the file. */
  readonly whereOf: (row: number) => string;
  /** Rows whose history the file tells; it is not taken over. */
  readonly withHistory: number;
}

/** What rows are read against. */
export interface BatchReading {
  readonly now: Date;
  readonly prefix: string;
  /** What the file calls each row; default `tasks[0]`, `tasks[1]`, … */
  readonly places?: readonly string[] | undefined;
  /** Called after every row. */
  readonly tick?: () => void;
}

/** Checks every row by itself; finds all that is wrong, not only the first. */
export function checkBatch(tasks: readonly unknown[], { now, prefix, places, tick }: BatchReading): Batch {
  const problems: RowProblem[] = [];
  const whereOf = (row: number): string => places?.[row] ?? `tasks[${row}]`;
  const known = new Map<string, Problem>();
  const rules: FieldRules = {
    checks: ROW_CHECKS,
    ignored: DERIVED,
    // The same word may stand in every row.
    unknown: (name) => remember(known, name, () => unknownField(name, ROW_FIELDS)),
  };
  let withHistory = 0;
  const said = new Set<string>();
  const rows = tasks.map((task, index): TaskRecord => {
    tick?.();
    const report = (problem: Problem): void => {
      problems.push({ row: index, where: whereOf(index), ...problem });
    };
    if (!isRecord(task)) {
      report({ code: "VALIDATION_FAILED", field: "", message: "is no object" });
      return {};
    }
    const fields = checkFields(task, ROW_FIELDS, now, report, rules) as Draft;
    if (fields.history !== undefined) {
      if (Array.isArray(fields.history) && fields.history.length > 0) withHistory += 1;
      delete fields.history;
    }
    if (task.title === undefined) report({ code: "VALIDATION_FAILED", field: "title", message: "has no title" });
    makeConsistent(fields, report);
    for (const name in fields) said.add(name);
    return fields;
  });
  const batch = { rows, said, problems, whereOf, withHistory };
  return { ...batch, named: nameRows(batch, prefix) };
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

/** What may be changed while a row is checked; what an export adds for its readers is taken out. */
type Draft = TaskRecord & { history?: unknown };

/** What only makes sense together. */
function makeConsistent(row: Draft, report: (problem: Problem) => void): void {
  const { status = "todo", claim, active_since, completed_at } = row;
  if (claim && status !== "in-progress" && status !== "review") {
    report({ code: "VALIDATION_FAILED", field: "claim", message: `claim: a task that is ${status} has none` });
  }
  if (active_since && status !== "in-progress") row.active_since = null;
  if (completed_at && !isClosed(status)) row.completed_at = null;
}

/** How a row is called among people: by its ref, its id, its key or its title. */
export const labelOf = ({ ref, id, key, title }: TaskRecord): string => ref ?? id ?? key ?? title ?? "?";

/** An id in the form that the store gives, or null for what is no id of this store. */
export function idIn(text: string, prefix: string): string | null {
  const form = parseId(text, prefix);
  return form.kind === "id" ? form.id : null;
}

function nameRows(
  { rows, said, problems, whereOf }: Omit<Batch, "named" | "withHistory">,
  prefix: string,
): Map<string, number> {
  const named = new Map<string, number>();
  // A ref is this file's own word and goes before all others.
  for (const field of ["ref", "id", "uid", "key"] as const) {
    if (!said.has(field)) continue;
    const seen = new Map<string, number>();
    rows.forEach((row, index) => {
      const name = row[field];
      if (name === undefined || name === null) return;
      const one = field === "id" ? (idIn(name, prefix) ?? name) : name;
      const first = seen.get(one);
      if (first !== undefined) {
        const message = `${field} "${name}" is that of ${whereOf(first)} already`;
        problems.push({ row: index, where: whereOf(index), code: "VALIDATION_FAILED", field, message, given: name });
        return;
      }
      seen.set(one, index);
      for (const word of one === name ? [one] : [one, name]) if (!named.has(word)) named.set(word, index);
    });
  }
  return named;
}

const MOST_TOLD = 1_000;

/** Throws for rows that cannot be imported; does nothing when there are none. `format`: what the file was taken for. */
export function throwBatch({ problems, rows }: Pick<Batch, "problems" | "rows">, format?: string): void {
  const [first] = problems;
  if (!first) return;
  const bad = new Set(problems.map(({ row }) => row)).size;
  const codes = new Set(problems.map(({ code }) => code));
  const code: ErrorCode = codes.size === 1 && CONFLICTS.has(first.code) ? first.code : "IMPORT_INVALID";
  const told = [...problems].sort((a, b) => a.row - b.row).slice(0, MOST_TOLD);
  const of = rows.length === 1 ? "row" : "rows";
  throw new WerkError(code, `${bad} of ${rows.length} ${of} ${bad === 1 ? "is" : "are"} wrong. Nothing was imported.`, {
    hint:
      code === "DUPLICATE_KEY"
        ? "Leave it, change it, or number it anew:  --on-conflict skip|update|renumber"
        : `${problems.length === 1 && first.hint ? `${first.hint}\n` : ""}Correct these rows, then import the file again.${format ? `\nThe file is read as ${format}; others:  taskwerk help formats` : ""}`,
    field: first.field,
    ...(first.given === undefined ? {} : { given: first.given }),
    details: {
      problems: told.map(({ row: _, ...problem }) => ({ ...problem, message: withoutField(problem) })),
      total: problems.length,
    },
  });
}

/** The field stands beside it already. */
const withoutField = ({ field, message }: Problem): string =>
  field !== "" && message.startsWith(`${field} `)
    ? message.slice(field.length + 1)
    : message.startsWith(`${field}: `)
      ? message.slice(field.length + 2)
      : message;

/** Problems that are no fault of the file by itself: they keep their own code. */
const CONFLICTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "DUPLICATE_KEY",
  "HIERARCHY_CONFLICT",
  "INVALID_TRANSITION",
]);
