import { nearest } from "@taskwerk/contract/nearest";
import type { ZodType, z } from "zod";

/** One thing that is wrong with an input, in words. */
export interface Told {
  readonly where: string;
  readonly field: string;
  readonly message: string;
  /** What was probably meant. */
  readonly near: string | null;
}

/** What a schema found wrong, fields that do not exist first. `known`: the fields there are. */
export function tell(issues: readonly z.core.$ZodIssue[], input: unknown, known: readonly string[]): readonly Told[] {
  const told = issues.flatMap((issue): readonly Told[] => {
    const where = issue.path.join(".");
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField(where, key, known));
    return [{ where, field: where, ...wordsOf(issue, where, valueAt(input, issue.path)) }];
  });
  const isUnknown = ({ where, field }: Told): number => (where === field ? 1 : 0);
  return told.sort((a, b) => isUnknown(a) - isUnknown(b));
}

/** The fields of an object's schema. */
export const fieldsOf = (schema: ZodType): readonly string[] =>
  Object.keys((schema as { readonly shape?: object }).shape ?? {});

function unknownField(where: string, key: string, known: readonly string[]): Told {
  const near = where === "" ? nearest(key, known) : null;
  const place = where === "" ? "" : ` in ${where}`;
  const message = `there is no field "${key}"${place}.${near ? ` Did you mean "${near}"?` : ""}`;
  return { where, field: key, message, near };
}

function wordsOf(issue: z.core.$ZodIssue, field: string, value: unknown): Pick<Told, "message" | "near"> {
  const name = field === "" ? "the input" : field;
  const say = (message: string, near: string | null = null) => ({ message: `${name} ${message}`, near });
  if (value === undefined) return say("is missing.");
  const given = shown(value);
  switch (issue.code) {
    case "invalid_type":
      return say(`must be ${KINDS[issue.expected] ?? issue.expected}, not ${given}.`);
    case "invalid_value": {
      const words = issue.values.map(String);
      const near = typeof value === "string" ? nearest(value, words) : null;
      return say(`must be one of ${words.join(", ")}, not ${given}.${near ? ` Did you mean "${near}"?` : ""}`, near);
    }
    case "too_small":
      if (issue.minimum === 1 && issue.origin !== "number") return say("is empty.");
      return say(`must be at least ${issue.minimum}${UNITS[issue.origin] ?? ""}.`);
    case "too_big":
      return say(`must be at most ${issue.maximum}${UNITS[issue.origin] ?? ""}.`);
    default:
      return say(`cannot be ${given}.`);
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};
const UNITS: Readonly<Record<string, string>> = { string: " characters long", array: " entries long" };

/** A value as it was given, short. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value: unknown, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input);
}
