import { WerkError } from "@taskwerk/contract/errors";
import type { ZodType } from "zod";
import { allQueries } from "../core/query/all-queries.ts";
import { parseJson } from "../formats/parse-json.ts";
import { fieldsOf, tell } from "../operations/issue-words.ts";
import { type Endpoint, taken, takesQuery } from "./endpoints.ts";

/** The parts of a request that an operation's input is made of. */
export interface InputParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body's text; null where the route takes none. */
  readonly body: string | null;
  /** The rev that If-Match wants the task to have. */
  readonly rev: number | null;
}

/** Puts an operation's input together and checks it. Throws VALIDATION_FAILED naming the field, USAGE for no JSON. */
export function readInput(endpoint: Endpoint, schema: ZodType, { params, query, body, rev }: InputParts): unknown {
  const given = takesQuery(endpoint) ? fromQuery(schema, query) : fromBody(endpoint, body ?? "", query);
  for (const name of taken(endpoint)) {
    if (Object.hasOwn(given, name)) throw notHere(endpoint, name);
  }
  const input: Record<string, unknown> = { ...given, ...endpoint.fixed };
  for (const [name, value] of Object.entries(params)) {
    const field = endpoint.binds?.[name] ?? name;
    input[field] = typeOf(schema, field) === "array" ? [value] : value;
  }
  if (endpoint.narrows) input.query = narrowed(endpoint.narrows, input.query);
  if (rev !== null) {
    if (Object.hasOwn(input, "if_rev") && input.if_rev !== rev) {
      throw new WerkError("VALIDATION_FAILED", "If-Match and if_rev name two different revs", { field: "if_rev" });
    }
    input.if_rev = rev;
  }
  return checkInput(schema, input, () => fieldsOf(schema).filter((name) => !taken(endpoint).has(name)));
}

/** The input as its schema reads it. Throws VALIDATION_FAILED naming the field; `fields` are those that may be given. */
export function checkInput(schema: ZodType, input: unknown, fields = () => fieldsOf(schema)): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const known = fields();
  const told = tell(parsed.error.issues, input, known);
  const { where, field, message, near } = told[0]!;
  throw new WerkError("VALIDATION_FAILED", message, {
    ...(where === "" ? { hint: `It takes:  ${known.join(", ")}` } : {}),
    field,
    ...(near === null ? {} : { candidates: [near] }),
    details: { issues: told.slice(0, 100).map(({ near: _, ...issue }) => issue) },
  });
}

function notHere({ method, path, without = [] }: Endpoint, name: string): WerkError {
  const message = without.includes(name)
    ? `${method} ${path} takes no ${name}`
    : `${name} is said by the path and must not stand elsewhere`;
  return new WerkError("VALIDATION_FAILED", message, { field: name });
}

/** Both queries hold. What is no text stays what it is, for its schema to judge. */
const narrowed = (narrows: string, query: unknown): unknown => {
  if (query === undefined || (typeof query === "string" && query.trim() === "")) return narrows;
  return typeof query === "string" ? allQueries(narrows, query) : query;
};

function fromBody({ operation }: Endpoint, body: string, query: URLSearchParams): Record<string, unknown> {
  if (query.size > 0) throw new WerkError("USAGE", "this route takes its input in the body, not in the query");
  const parsed = parseJson(body.trim() === "" ? "{}" : body);
  if (parsed.kind === "bad") {
    throw new WerkError("VALIDATION_FAILED", `the body is not valid JSON: line ${parsed.line}: ${parsed.message}`, {
      field: "body",
    });
  }
  const { value } = parsed;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  // A file of tasks is often a list of them and nothing else.
  if (operation === "task.import" && Array.isArray(value)) return { tasks: value };
  throw new WerkError("VALIDATION_FAILED", "the body must be a JSON object", { field: "body" });
}

/** Query strings are text: lists are comma-separated or repeated, numbers and booleans are read as the schema says. */
export function fromQuery(schema: ZodType, query: URLSearchParams): Record<string, unknown> {
  // Without a prototype `__proto__` is a name like others, and an unknown one.
  const given: Record<string, unknown> = Object.create(null);
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    const type = typeOf(schema, name);
    if (type === "array") given[name] = values.flatMap((value) => value.split(",").filter((one) => one !== ""));
    else if (values.length > 1)
      throw new WerkError("VALIDATION_FAILED", `${name} stands more than once`, { field: name });
    else given[name] = scalarOf(type, values[0]!);
  }
  return given;
}

function scalarOf(type: string, text: string): unknown {
  if (type === "number" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "1" || text === "")) return true;
  if (type === "boolean" && (text === "false" || text === "0")) return false;
  return text;
}

interface Shaped {
  readonly shape?: Readonly<Record<string, ZodType>>;
}
interface Wrapped {
  readonly def: { readonly type: string; readonly innerType?: Wrapped };
}

/** What a field of an object schema is, below `optional` and `nullable`. */
function typeOf(schema: ZodType, name: string): string {
  const { shape } = schema as Shaped;
  if (!shape || !Object.hasOwn(shape, name)) return "string";
  let field = shape[name] as unknown as Wrapped;
  while (field.def.innerType) field = field.def.innerType;
  return field.def.type;
}
