import { type ErrorCode, isWerkError, WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { nearest } from "@taskwerk/contract/nearest";

/** One thing that is wrong with what was given. */
export interface Problem {
  readonly code: ErrorCode;
  readonly field: string;
  readonly message: string;
  readonly given?: string;
  readonly hint?: string;
}

/** What is wrong with a value, in words that follow the name of its field. */
export class Wrong extends Error {}

/** Gives a value in its one form. Throws {@link Wrong}. */
export type Check = (value: unknown, now: Date) => unknown;

/** Any text of at most `most` UTF-16 units, as it is. */
export function textOf(value: unknown, most: number): string {
  if (typeof value !== "string") throw new Wrong(`must be text, not ${kindOf(value)}`);
  if (value.length > most) throw new Wrong(`is ${value.length} characters long; at most ${most} are taken`);
  if (value.includes("\0")) throw new Wrong("has a NUL byte in it");
  if (!value.isWellFormed()) throw new Wrong("has half a character in it (a lone surrogate)");
  return value;
}

/** One line that says something, without spaces around it. */
export function lineOf(value: unknown, most: number): string {
  const trimmed = textOf(value, most).trim();
  if (trimmed === "") throw new Wrong("is empty");
  if (/[\n\r]/.test(trimmed)) throw new Wrong("must be one line");
  return trimmed;
}

/** Checks for {@link textOf}. */
export const text =
  (most: number): Check =>
  (value) =>
    textOf(value, most);

/** Checks for {@link lineOf}. */
export const line =
  (most: number): Check =>
  (value) =>
    lineOf(value, most);

/** The same where null will do too. */
export const orNull =
  (check: Check): Check =>
  (value, now) =>
    value === null ? null : check(value, now);

/** A list, each item checked, none twice. */
export const list =
  (check: Check, most: number = LIMITS.listItems): Check =>
  (value, now) => {
    if (!Array.isArray(value)) throw new Wrong(`must be a list, not ${kindOf(value)}`);
    if (value.length > most) throw new Wrong(`has ${value.length} items; at most ${most} are taken`);
    const items = value.map((item) => check(item, now));
    return items.length < 2 ? items : [...new Set(items)];
  };

/** An object that is kept as JSON. */
export const jsonObject: Check = (value) => {
  if (!isRecord(value)) throw new Wrong(`must be an object, not ${kindOf(value)}`);
  textOf(JSON.stringify(value), LIMITS.text);
  return value;
};

/** True for an object that is no list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a value is, as a message says it. */
export const kindOf = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "an object"
        : `a ${typeof value}`;

/** What a failed check says of a field. What is no {@link Wrong} and no WerkError is thrown on. */
export function problemOf(error: unknown, field: string, value: unknown): Problem {
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

/** The problem of a field that nobody knows, with the one that was probably meant. */
export function unknownField(name: string, known: Iterable<string>): Problem {
  const near = nearest(name.slice(0, 100), [...known]);
  return {
    code: "VALIDATION_FAILED",
    field: name.slice(0, 100),
    message: `there is no field "${name.slice(0, 100)}"${near ? `; did you mean "${near}"?` : ""}`,
  };
}

/** Throws for the first problem, and names the others; does nothing when there is none. */
export function throwProblems(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (!first) return;
  throw new WerkError(first.code, /[.?]$/.test(first.message) ? first.message : `${first.message}.`, {
    field: first.field,
    ...(first.given === undefined ? {} : { given: first.given }),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    ...(others.length > 0 ? { details: { problems } } : {}),
  });
}
