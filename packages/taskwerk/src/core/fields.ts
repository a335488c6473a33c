import { type ErrorCode, isWerkError, WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { PRIORITIES, type Priority, type Status } from "@taskwerk/contract/status";
import { parseMoment } from "./dates.ts";
import { parseStatus } from "./moves.ts";

/** One thing that is wrong with what was given. */
export interface Problem {
  readonly code: ErrorCode;
  readonly field: string;
  readonly message: string;
  readonly given?: string;
  readonly hint?: string;
}

export interface CriterionInput {
  readonly text: string;
  readonly checked: boolean;
  readonly evidence: string | null;
}

/** Fields of a task, checked and in one form: times in UTC, words trimmed, no doubles in a list. Only what was given. */
export interface Fields {
  title?: string;
  description?: string | null;
  status?: Status;
  priority?: Priority;
  type?: string | null;
  assignee?: string | null;
  category?: string | null;
  files?: readonly string[];
  capabilities?: readonly string[];
  due_at?: string | null;
  defer_until?: string | null;
  estimate_minutes?: number | null;
  metadata?: Readonly<Record<string, unknown>>;
  tags?: readonly string[];
  acceptance?: readonly CriterionInput[];
  key?: string | null;
  parent?: string | null;
  depends_on?: readonly string[];
  blocks?: readonly string[];
  ref?: string;
  note?: string;
}
export type FieldName = keyof Fields;

/** What a task says of itself, whichever way it comes: every door takes these, and some of its own. */
export const OWN_FIELDS = [
  "title",
  "description",
  "status",
  "priority",
  "type",
  "assignee",
  "category",
  "files",
  "capabilities",
  "due_at",
  "defer_until",
  "estimate_minutes",
  "metadata",
] as const satisfies readonly FieldName[];

class Wrong extends Error {}

type Check = (value: unknown, now: Date) => unknown;

function textOf(value: unknown, most: number): string {
  if (typeof value !== "string") throw new Wrong(`must be text, not ${kindOf(value)}`);
  if (value.length > most) throw new Wrong(`is ${value.length} characters long; at most ${most} are taken`);
  if (value.includes("\0")) throw new Wrong("has a NUL byte in it");
  if (/\p{Surrogate}/u.test(value)) throw new Wrong("has half a character in it (a lone surrogate)");
  return value;
}

function lineOf(value: unknown, most: number): string {
  const trimmed = textOf(value, most).trim();
  if (trimmed === "") throw new Wrong("is empty");
  if (/[\n\r]/.test(trimmed)) throw new Wrong("must be one line");
  return trimmed;
}

const text =
  (most: number): Check =>
  (value) =>
    textOf(value, most);

const line =
  (most: number): Check =>
  (value) =>
    lineOf(value, most);

const orNull =
  (check: Check): Check =>
  (value, now) =>
    value === null ? null : check(value, now);

const list =
  (check: Check): Check =>
  (value, now) => {
    if (!Array.isArray(value)) throw new Wrong(`must be a list, not ${kindOf(value)}`);
    if (value.length > LIMITS.listItems)
      throw new Wrong(`has ${value.length} items; at most ${LIMITS.listItems} are taken`);
    const items = value.map((item) => check(item, now));
    return items.length < 2 ? items : [...new Set(items)];
  };

const tag: Check = (value) => {
  const word = lineOf(value, LIMITS.tag);
  if (/[\s,]/.test(word)) throw new Wrong(`"${word}": a tag has no spaces and no commas`);
  return word;
};

const moment =
  (field: "due_at" | "defer_until"): Check =>
  (value, now) => {
    if (typeof value !== "string") throw new Wrong(`must be a date, not ${kindOf(value)}`);
    return parseMoment(value, now, field === "due_at" ? "end" : "start", field);
  };

const criterion: Check = (value) => {
  if (typeof value === "string") return { text: lineOf(value, LIMITS.text), checked: false, evidence: null };
  if (!isRecord(value)) throw new Wrong(`must be texts or objects with a text, not ${kindOf(value)}`);
  const { text: words, checked = false, evidence = null, n: _, ...others } = value;
  const [odd] = Object.keys(others);
  if (odd !== undefined) throw new Wrong(`has an unknown field "${odd}"`);
  if (typeof checked !== "boolean") throw new Wrong(`checked must be true or false, not ${kindOf(checked)}`);
  return {
    text: lineOf(words, LIMITS.text),
    checked,
    evidence: evidence === null ? null : textOf(evidence, LIMITS.text),
  };
};

const CHECKS: Readonly<Record<FieldName, Check>> = {
  title: line(LIMITS.title),
  description: orNull(text(LIMITS.text)),
  status: (value) => parseStatus(value),
  priority: (value) => {
    const word = String(value).trim().toLowerCase();
    const found = PRIORITIES.find((priority) => priority === word);
    if (!found) throw new Wrong(`"${word}" is none of ${PRIORITIES.join(", ")}`);
    return found;
  },
  type: orNull(line(LIMITS.type)),
  assignee: orNull(line(LIMITS.word)),
  category: orNull(line(LIMITS.word)),
  files: list(line(LIMITS.item)),
  capabilities: list(line(LIMITS.item)),
  due_at: orNull(moment("due_at")),
  defer_until: orNull(moment("defer_until")),
  estimate_minutes: orNull((value) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw new Wrong("must be a whole number of minutes");
  }),
  metadata: (value) => {
    if (!isRecord(value)) throw new Wrong(`must be an object, not ${kindOf(value)}`);
    textOf(JSON.stringify(value), LIMITS.text);
    return value;
  },
  tags: list(tag),
  acceptance: list(criterion),
  key: orNull(line(LIMITS.key)),
  parent: orNull(line(LIMITS.key)),
  depends_on: list(line(LIMITS.key)),
  blocks: list(line(LIMITS.key)),
  ref: (value) => lineOf(typeof value === "number" ? String(value) : value, LIMITS.key),
  note: text(LIMITS.text),
};

/**
 * Checks the fields of `input` that are in `names`; what is wrong goes to `report`, all of it. Fields that are undefined
 * count as not given; a field that is not in `names` is reported, unless it is in `ignore`.
 */
export function checkFields(
  input: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
  now: Date,
  report: (problem: Problem) => void,
): Fields {
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(input)) {
    const value = input[name];
    if (value === undefined) continue;
    if (!names.has(name)) {
      report({ code: "VALIDATION_FAILED", field: name, message: `there is no field "${name}"` });
      continue;
    }
    try {
      fields[name] = CHECKS[name as FieldName](value, now);
    } catch (error) {
      report(problemOf(error, name, value));
    }
  }
  return fields as Fields;
}

function problemOf(error: unknown, field: string, value: unknown): Problem {
  const given = typeof value === "string" ? { given: value.slice(0, 100) } : {};
  if (error instanceof Wrong)
    return { code: "VALIDATION_FAILED", field, message: `${field} ${error.message}`, ...given };
  if (isWerkError(error)) {
    return {
      code: error.code,
      field,
      message: error.message.replace(/\.$/, ""),
      ...given,
      ...(error.hint ? { hint: error.hint } : {}),
    };
  }
  throw error;
}

/** Throws for the first problem, and names the others; does nothing when there is none. */
export function throwProblems(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (!first) return;
  throw new WerkError(first.code, `${first.message}.`, {
    field: first.field,
    ...(first.given === undefined ? {} : { given: first.given }),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    ...(others.length > 0 ? { details: { problems } } : {}),
  });
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "an object"
        : `a ${typeof value}`;
