/** What is wrong with a plan file that a person edited: where it stands, and what was probably meant. */
import { nearest } from "@taskwerk/contract/nearest";
import { type Document, isMap, isScalar, type LineCounter, type Node } from "yaml";
import { z } from "zod";
import { PlanSchema } from "./plan-schema.ts";

/** One fault of a plan file. Line and column count from 1. */
export interface PlanFault {
  readonly line: number;
  readonly column: number;
  /** e.g. `tasks.0.priority`; empty where the file as a whole is meant. */
  readonly field: string;
  readonly message: string;
  /** The word that was probably meant; null when none is near. */
  readonly suggestion: string | null;
}

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** Every fault of a file that is YAML and yet no plan; at most a hundred. */
export function faultsOf(document: Document, lines: LineCounter, error: z.ZodError): readonly PlanFault[] {
  const schema = z.toJSONSchema(PlanSchema, { io: "input" }) as JsonSchema;
  const faults = error.issues.flatMap((issue) => faultsOfIssue(issue, document, lines, schema));
  // A field that is only misspelt is not missing as well.
  const misspelt = new Set(
    faults.flatMap(({ field, suggestion }) =>
      suggestion === null ? [] : [[...field.split(".").slice(0, -1), suggestion].join(".")],
    ),
  );
  return faults
    .filter(({ field, message }) => !misspelt.has(field) || !message.startsWith(MISSING))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, MOST);
}

const MOST = 100;
const MISSING = "it is missing";

function faultsOfIssue(issue: Issue, document: Document, lines: LineCounter, schema: JsonSchema): readonly PlanFault[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const known = fieldsAt(schema, path);
    return issue.keys.map((key) => {
      const suggestion = nearest(key, known);
      return {
        ...placeOf(document, lines, path, key),
        field: [...path, key].map(String).join("."),
        message: `"${key}" is no field here.${meant(suggestion) || ` There are: ${known.join(", ")}`}`,
        suggestion,
      };
    });
  }
  const given = document.getIn(path as unknown[]);
  const { message, suggestion } = wordsOf(issue, given);
  return [{ ...placeOf(document, lines, path), field: path.map(String).join("."), message, suggestion }];
}

const meant = (suggestion: string | null): string => (suggestion === null ? "" : ` Did you mean "${suggestion}"?`);

function wordsOf(issue: Issue, given: unknown): { readonly message: string; readonly suggestion: string | null } {
  const said = typeof given === "string" || typeof given === "number" || typeof given === "boolean" ? `${given}` : null;
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    // One value is named anyway, and a number is no misspelt word.
    const suggestion = said === null || values.length === 1 ? null : nearest(said, values);
    const found =
      given === undefined || given === null ? "it is missing" : `"${said ?? kindOf(given)}" is none of them`;
    const takes = values.length === 1 ? `only ${values[0]} is known` : `one of ${values.join(", ")}`;
    return { message: `${takes}; ${found}.${meant(suggestion)}`, suggestion };
  }
  if (issue.code === "invalid_type") {
    const message =
      given === undefined || given === null
        ? `${MISSING}: ${ARTICLE[issue.expected] ?? issue.expected} is needed`
        : `${ARTICLE[issue.expected] ?? issue.expected} is needed, and this is ${said === null ? kindOf(given) : `${kindOf(given)}: ${said}`}`;
    return { message, suggestion: issue.expected === "boolean" ? (YES_NO[said?.toLowerCase() ?? ""] ?? null) : null };
  }
  if (issue.code === "invalid_union") return { message: "a text, or { text, proof }, is needed", suggestion: null };
  if (issue.code === "too_small" && issue.origin === "string")
    return { message: "it is empty, and a text is needed", suggestion: null };
  return { message: issue.message, suggestion: null };
}

const ARTICLE: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of fields",
};
const YES_NO: Readonly<Record<string, string>> = { yes: "true", on: "true", y: "true", no: "false", off: "false" };

function kindOf(given: unknown): string {
  if (typeof given === "string") return "a text";
  if (typeof given === "number") return "a number";
  if (typeof given === "boolean") return "true or false";
  return isMap(given) ? "a map" : "a list";
}

/** The fields that a map at this place may have. */
function fieldsAt(schema: JsonSchema, path: Path): readonly string[] {
  let at: readonly JsonSchema[] = [schema];
  for (const step of path) {
    at = at.flatMap((one) => {
      const next = typeof step === "number" ? one.items : one.properties?.[String(step)];
      return next === undefined ? [] : [next];
    });
    at = at.flatMap((one) => one.anyOf ?? [one]);
  }
  return at.flatMap((one) => Object.keys(one.properties ?? {}));
}

/** Where a field stands, or the nearest thing around it that exists; with `key`, where that word stands in it. */
function placeOf(
  document: Document,
  lines: LineCounter,
  path: Path,
  key?: string,
): { readonly line: number; readonly column: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length) as unknown[], true);
    const word =
      length === path.length && key !== undefined && isMap(node)
        ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.key
        : node;
    const range = (word as Node | null | undefined)?.range;
    if (range) {
      const { line, col } = lines.linePos(range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}
