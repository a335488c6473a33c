import { type ZodType, z } from "zod";

interface Json {
  [name: string]: unknown;
}

/**
 * A tool's input as JSON Schema, with what a model needs: types, words, what is required. Lengths and other bounds stay
 * out: they cost room in every conversation, and who breaks one is told.
 */
export function inputSchema(schema: ZodType): Json {
  const {
    $schema: _,
    additionalProperties: __,
    ...made
  } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  }) as Json;
  return lean(made) as Json;
}

const BOUNDS = new Set([
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "propertyNames",
]);

function lean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lean);
  if (typeof value !== "object" || value === null) return value;
  const { anyOf, ...rest } = value as Json;
  const found: Json = {};
  for (const [name, part] of Object.entries(rest)) {
    if (name === "properties")
      found[name] = Object.fromEntries(Object.entries(part as Json).map(([key, one]) => [key, lean(one)]));
    else if (!BOUNDS.has(name) && !(name === "additionalProperties" && Object.keys(part as Json).length === 0))
      found[name] = lean(part);
  }
  if (!Array.isArray(anyOf)) return found;
  // `string or null` in the short spelling.
  const types = anyOf.map((one) => lean(one) as Json);
  const plain = types.every((one) => Object.keys(one).length === 1 && typeof one.type === "string");
  return plain ? { ...found, type: types.map(({ type }) => type) } : { ...found, anyOf: types };
}
