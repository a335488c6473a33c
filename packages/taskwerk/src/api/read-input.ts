import { WerkError } from "@taskwerk/contract/errors";
import type { Route } from "@taskwerk/contract/routes";
import type { ZodType } from "zod";
import { parseJson } from "../formats/parse-json.ts";
import { fieldsOf, tell } from "../operations/issue-words.ts";

/** The parts of a request that an operation's input is made of. */
export interface InputParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body's text; null where the route takes none. */
  readonly body: string | null;
}

/** Puts an operation's input together and checks it. Throws VALIDATION_FAILED naming the field, USAGE for no JSON. */
export function readInput(route: Route, schema: ZodType, { params, query, body }: InputParts): unknown {
  const given = route.method === "GET" ? fromQuery(schema, query) : fromBody(body ?? "", query);
  for (const name of Object.keys(params)) {
    if (Object.hasOwn(given, name)) {
      throw new WerkError("VALIDATION_FAILED", `${name} stands in the path and must not stand elsewhere`, {
        field: name,
      });
    }
  }
  const input = { ...given, ...params };
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const known = fieldsOf(schema);
  const told = tell(parsed.error.issues, input, known);
  const { where, field, message, near } = told[0]!;
  throw new WerkError("VALIDATION_FAILED", message, {
    ...(where === "" ? { hint: `It takes:  ${known.join(", ")}` } : {}),
    field,
    ...(near === null ? {} : { candidates: [near] }),
    details: { issues: told.slice(0, 100).map(({ near: _, ...issue }) => issue) },
  });
}

function fromBody(body: string, query: URLSearchParams): Record<string, unknown> {
  if (query.size > 0) throw new WerkError("USAGE", "this route takes its input in the body, not in the query");
  const parsed = parseJson(body.trim() === "" ? "{}" : body);
  if (parsed.kind === "bad") {
    throw new WerkError("VALIDATION_FAILED", `the body is not valid JSON: line ${parsed.line}: ${parsed.message}`, {
      field: "body",
    });
  }
  const { value } = parsed;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new WerkError("VALIDATION_FAILED", "the body must be a JSON object", { field: "body" });
}

/** Query strings are text: lists are comma-separated or repeated, numbers and booleans are read as the schema says. */
function fromQuery(schema: ZodType, query: URLSearchParams): Record<string, unknown> {
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
